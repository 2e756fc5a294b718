import assert from 'node:assert/strict';
import { isChallengeList, normaliseCredentials } from '../../lib/http/authentication.js';

describe('http/authentication', () => {
  for (const text of [
    'Bearer',
    'Bearer realm="shop"',
    'Basic realm="shop", charset="UTF-8"',
    'Digest realm="a", qop="auth, auth-int", nonce=abc',
    'Negotiate YWRhOmFkYQ==',
    'Bearer realm="a \\"b\\"", Basic realm = x',
    'Negotiate, Bearer',
  ]) {
    it(`${text} is a list of challenges`, () => assert.equal(isChallengeList(text), true));
  }

  for (const text of [
    '',
    'Bearer realm=a=',
    'realm="shop"',
    'Bearer realm="shop',
    'Bearer realm="shop",',
    'Bearer realm="a"\r\nSet-Cookie: b',
    'Bearer realm="\u{1F512}"',
    'Bearer realm="a" Basic',
  ]) {
    it(`${JSON.stringify(text)} is no list of challenges`, () => assert.equal(isChallengeList(text), false));
  }

  it('credentials differ by all but the case of their scheme and the spaces after it', () => {
    for (const same of ['Bearer x', 'bearer x', 'BEARER    x']) {
      assert.equal(normaliseCredentials(same), 'bearer x');
    }
    const others = ['Bearer X', 'Basic x', 'Bearer x y', 'Bearer', '', 'x', '"Bearer" x', '"bearer" x'];
    assert.equal(new Set(others.map(normaliseCredentials)).size, others.length);
  });
});

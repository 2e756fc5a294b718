import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { readTarget } from '../../../lib/check/client/fetch-target.js';
import { FetchError } from '../../../lib/check/client/fetch.js';

describe('the target of an IRI', () => {
  const HOSTS: readonly [string, string][] = [
    ['http://127.1/', '127.0.0.1'],
    ['http://127.0.1/', '127.0.0.1'],
    ['http://127.0.0.1./', '127.0.0.1'],
    ['http://2130706433/', '127.0.0.1'],
    ['http://0x7f.1/', '127.0.0.1'],
    ['http://0X7F000001/', '127.0.0.1'],
    ['http://0177.0.0.1/', '127.0.0.1'],
    ['http://017700000001/', '127.0.0.1'],
    ['http://１２７.０.０.１/', '127.0.0.1'],
    ['http://127。0。0。1/', '127.0.0.1'],
    ['http://①②⑦.0.0.1/', '127.0.0.1'],
    ['http://%31%32%37.0.0.1/', '127.0.0.1'],
    ['http://[::ffff:127.0.0.1]/', '::ffff:7f00:1'],
    ['http://[0:0:0:0:0:0:0:1]/', '::1'],
    ['http://LOCALHOST/', 'localhost'],
    ['http://bücher.example/', 'xn--bcher-kva.example'],
    ['http://b%C3%BCcher.example/', 'xn--bcher-kva.example'],
  ];
  for (const [iri, host] of HOSTS) {
    it(`${iri} leads to the host ${host}`, () => assert.equal(readTarget(iri).host, host));
  }

  it('has one host for all spellings of an IPv4 address', () => {
    const spell = (value: number, form: number) => {
      if (form === 0) return String(value);
      return form === 1 ? `0x${value.toString(16)}` : `0${value.toString(8)}`;
    };
    const octets = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 });
    const forms = fc.array(fc.nat(2), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(octets, forms, fc.integer({ min: 1, max: 4 }), fc.boolean(), (bytes, form, parts, wide) => {
        const last = bytes.slice(parts - 1).reduce((sum, byte) => sum * 256 + byte, 0);
        const spelt = [...bytes.slice(0, parts - 1), last]
          .map((part, at) => spell(part, form[at] ?? 0))
          .join('.');
        const host = wide
          ? spelt.replace(/[!-~]/g, (ascii) => String.fromCharCode(ascii.charCodeAt(0) + 0xfee0))
          : spelt;
        assert.equal(readTarget(`http://${host}/`).host, bytes.join('.'));
      }),
    );
  });

  const PATHS: readonly [string, string][] = [
    ['http://h.example', '/'],
    ['http://h.example?q', '/?q'],
    ['http://h.example/a/%2e%2e/b?x=%7e#f', '/a/%2e%2e/b?x=%7e'],
    ['http://h.example/é?ü', '/%C3%A9?%C3%BC'],
    ['http://h.example//evil.example/', '//evil.example/'],
  ];
  for (const [iri, path] of PATHS) {
    it(`${iri} asks for ${path}`, () => assert.equal(readTarget(iri).path, path));
  }

  it('has the origin without a default port, and the port where it is another', () => {
    const { origin, port, secure } = readTarget('HTTPS://h.example:443/');
    assert.deepEqual(
      { origin, port, secure },
      { origin: 'https://h.example', port: undefined, secure: true },
    );
    assert.equal(readTarget('http://h.example:443/').port, 443);
  });

  const REFUSED: readonly [string, string, RegExp][] = [
    ['file:///etc/passwd', 'refused-scheme', /scheme is file:; only http: and https:/],
    ['javascript:alert(1)', 'refused-scheme', /javascript:/],
    ['data:application/json,{}', 'refused-scheme', /data:/],
    ['ftp://h.example/', 'refused-scheme', /ftp:/],
    ['/users/', 'refused-scheme', /has no scheme/],
    ['//h.example/', 'refused-scheme', /has no scheme/],
    ['http://user:secret@h.example/', 'refused-origin', /holds credentials.*--header/],
    ['http://user@h.example/', 'refused-origin', /holds credentials/],
    ['http://127.0.0.1\\@h.example/', 'unreachable', /no IRI, offset 16/],
    ['http://h.example/ \r\nX: y', 'unreachable', /no IRI, offset 17/],
    ['http://h.example/\ud800', 'unreachable', /no IRI/],
    ['http:///users/', 'unreachable', /needs a host/],
    ['http://256.1.1.1/', 'unreachable', /no host that can be looked up/],
    ['http://h.example:65536/', 'unreachable', /no port/],
    ['http://[fe80::1%25eth0]/', 'unreachable', /no IP literal/],
  ];
  for (const [iri, reason, message] of REFUSED) {
    it(`${JSON.stringify(iri)} is ${reason}`, () => {
      assert.throws(
        () => readTarget(iri),
        (error) => {
          assert.ok(error instanceof FetchError);
          assert.equal(error.reason, reason);
          assert.match(error.message, message);
          assert.doesNotMatch(error.message, /secret/);
          return true;
        },
      );
    });
  }
});

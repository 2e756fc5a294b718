import assert from 'node:assert/strict';
import { requireProblem } from './ground.js';
import type { Declare } from './ground.js';

export const testAuthentication: Declare = (shop) => {
  it('answers 401 to a token that is not known, and names the scheme', async () => {
    const { stranger } = shop();
    for (const iri of ['/', '/products/', '/customers/1/', '/nowhere']) {
      const { headers } = await requireProblem(stranger.get(iri), 401, 'unauthorized');
      assert.equal(headers.get('WWW-Authenticate'), 'Bearer realm="shop", error="invalid_token"');
    }
  });

  it('answers 401 to credentials that are no bearer token', async () => {
    const { visitor } = shop();
    for (const Authorization of [
      'Basic YWRhOmFkYQ==',
      'Bearer',
      'Bearer demo-staff demo-ada',
      'demo-staff',
    ]) {
      const { headers } = await requireProblem(
        visitor.send('GET', '/', undefined, { Authorization }),
        401,
        'unauthorized',
      );
      assert.ok(headers.has('WWW-Authenticate'), Authorization);
    }
  });

  it('takes the name of the scheme in any case', async () => {
    const { visitor } = shop();
    const { status } = await visitor.send('GET', '/turnover', undefined, {
      Authorization: 'bearer demo-staff',
    });
    assert.equal(status, 200);
  });

  it('leads to a page that explains the problem', async () => {
    const { visitor, stranger } = shop();
    const { document } = await stranger.get('/');
    const response = await fetch(new URL(document.type ?? '', (await visitor.get('/')).iri));
    assert.equal(response.status, 200);
    assert.match(await response.text(), /Authentication required/);
  });
};

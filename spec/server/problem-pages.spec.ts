import assert from 'node:assert/strict';
import request from 'supertest';
import { problemTypes } from '../../lib/http/problem.js';
import { assertProblem } from './problems.js';
import { serving } from './serve.js';
import { shop } from './shop.js';

describe('the page that a problem leads to', () => {
  const serve = serving();

  for (const [name, { status, title }] of Object.entries(problemTypes)) {
    it(`${name} says what it means`, async () => {
      const { origin } = await serve(shop());
      const answer = await request(origin).get(`/problems/${name}`);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8');
      assert.match(answer.text, /^<!doctype html>\n/);
      assert.ok(answer.text.includes(`<h1>${title}</h1>`));
      assert.ok(answer.text.includes(`Status code: ${status}.`));
      const head = await request(origin).head(`/problems/${name}`);
      assert.equal(head.status, 200);
      assert.equal(head.headers['content-length'], answer.headers['content-length']);
    });
  }

  it('is there for no other name', async () => {
    const { origin } = await serve(shop());
    for (const name of ['', 'none', 'toString', '__proto__', 'not-found/', 'Not-Found', '..%2Fnot-found']) {
      assertProblem(await request(origin).get(`/problems/${name}`), 404, 'not-found');
    }
  });

  it('can only be read', async () => {
    const { origin } = await serve(shop());
    for (const method of ['post', 'put', 'delete'] as const) {
      const answer = await request(origin)[method]('/problems/not-found');
      assert.ok(answer.status === 404 || answer.status === 405);
      assertProblem(answer, answer.status, answer.status === 404 ? 'not-found' : 'method-not-allowed');
    }
  });
});

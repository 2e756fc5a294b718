import assert from 'node:assert/strict';
import { ProblemError, problemTypes, PROBLEM_MEDIA_TYPE } from '../../lib/http/problem.js';

const types = Object.entries(problemTypes);

describe('http/problem', () => {
  it('is sent as the media type of RFC 9457', () => {
    assert.equal(PROBLEM_MEDIA_TYPE, 'application/problem+json');
  });

  for (const [name, { status, title, meaning }] of types) {
    it(`${name} has what its page needs`, () => {
      assert.match(name, /^[a-z]+[a-z0-9]*(?:-[a-z0-9]+)*$/, 'fit for an IRI as it stands');
      assert.ok(Number.isInteger(status) && status >= 400 && status <= 599);
      assert.match(title, /^[A-Z].*[^.]$/, 'a title is no sentence');
      assert.match(meaning, /^[A-Z].*\.$/, 'a meaning is made of sentences');
    });
  }

  it('gives every name a title of its own', () => {
    assert.equal(new Set(types.map(([, { title }]) => title)).size, types.length);
  });

  it('needs nothing but its type', () => {
    const problem = new ProblemError('not-found');
    assert.ok(problem instanceof Error);
    assert.equal(problem.name, 'ProblemError');
    assert.equal(problem.message, 'Not found');
    assert.equal(problem.status, 404);
    assert.deepEqual(problem.headers, {});
    assert.equal('cause' in problem, false);
    assert.deepEqual(problem.toDocument(''), {
      type: '/problems/not-found',
      title: 'Not found',
      status: 404,
    });
  });

  it('says what happened this time', () => {
    const cause = new Error('connect ECONNREFUSED');
    const errors = [{ pointer: '/body/age', message: 'must be an integer', rule: 'type' }];
    const headers = { 'Retry-After': '5' };
    const problem = new ProblemError('invalid-document', { detail: 'One error.', errors, headers, cause });
    assert.equal(problem.message, 'One error.');
    assert.equal(problem.cause, cause);
    assert.equal(problem.headers, headers);
    assert.deepEqual(problem.toDocument('/v1'), {
      type: '/v1/problems/invalid-document',
      title: 'Invalid document',
      status: 422,
      detail: 'One error.',
      errors,
    });
  });

  it('keeps its cause, its stack and its headers out of what is sent', () => {
    const cause = new Error('secret');
    const problem = new ProblemError('internal-error', { cause, headers: { 'X-Secret': 'secret' } });
    const document = problem.toDocument('');
    assert.deepEqual(Object.keys(document), ['type', 'title', 'status']);
    assert.doesNotMatch(JSON.stringify(document), /secret/);
  });

  it('does not take a name that it does not know', () => {
    // @ts-expect-error: the compiler holds the list of names
    assert.throws(() => new ProblemError('no-such-problem'), TypeError);
  });

  const misnamed: readonly [unknown, RegExp][] = [
    [
      'rate-limited',
      /^TypeError: there is no type of problem named "rate-limited"; known are: .*too-many-requests.*defineProblem\(\)/,
    ],
    ['not-fuond', /named "not-fuond"; did you mean "not-found"\? known are:/],
    ['NotFound', /did you mean "not-found"\?/],
    ['toString', /no type of problem named "toString"/],
    [undefined, /found undefined/],
    [null, /found null/],
    [404, /found number/],
    [{ status: 404 }, /found object/],
  ];
  for (const [type, message] of misnamed) {
    it(`says what is known where it is given ${JSON.stringify(type)}`, () => {
      assert.throws(() => new ProblemError(type as 'conflict'), message);
    });
  }

  it('is known by instanceof where another copy of the package made it', async () => {
    const copy = '../../lib/http/problem.js?copy';
    const other = (await import(copy)) as { ProblemError: typeof ProblemError };
    assert.notEqual(other.ProblemError, ProblemError);
    assert.ok(new other.ProblemError('conflict') instanceof ProblemError);
    assert.ok(new ProblemError('conflict') instanceof other.ProblemError);
    assert.equal(new Error('conflict') instanceof ProblemError, false);
    assert.equal(Object('conflict') instanceof ProblemError, false);
  });

  it('can be extended, and what extends it is told apart', () => {
    class Refusal extends ProblemError {}
    assert.ok(new Refusal('conflict') instanceof ProblemError);
    assert.ok(new Refusal('conflict') instanceof Refusal);
    assert.equal(new ProblemError('conflict') instanceof Refusal, false);
  });
});

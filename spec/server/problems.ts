import assert from 'node:assert/strict';
import { problemTypes } from '../../lib/http/problem.js';
import type { ProblemDocument, ProblemName } from '../../lib/http/problem.js';

/** What supertest and a raw socket have in common of a response. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/** Stack traces, files, and names of what the server is made of. */
const INSIDES =
  /\\n\s+at |node_modules|file:|\.[cm]?[jt]s\b|\b(?:koa|ajv|typebox|kysely|libsql|sqlite|pg|node:\w+)\b/i;

/** That the answer is this problem, as RFC 9457 says it, and shows nothing of the server's insides. */
export function assertProblem(
  answer: Answered,
  status: number,
  name: ProblemName,
  mount = '',
): ProblemDocument {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers['content-type'], 'application/problem+json');
  const document = JSON.parse(answer.text) as ProblemDocument;
  assert.equal(document.type, `${mount}/problems/${name}`);
  assert.equal(document.title, problemTypes[name].title);
  assert.equal(document.status, status);
  const { type: _, title: __, ...rest } = document;
  assert.doesNotMatch(JSON.stringify(rest), INSIDES);
  assert.doesNotMatch(JSON.stringify(rest), /[A-Z][a-z]+Error\b/);
  assert.ok(!answer.text.includes(process.cwd()));
  return document;
}

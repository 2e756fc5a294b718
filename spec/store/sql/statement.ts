import type { Statement } from '../../../lib/store/sql/queries/query.js';

let made = 0;

/** A statement, as a store makes it once and keeps it. */
export function statement(sql: string): Statement {
  made += 1;
  return Object.freeze({ name: `test_${made}`, sql });
}

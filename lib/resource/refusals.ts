import { Problem } from '../http/problem.js';
import type { ProblemName } from '../http/problem.js';
import { StoreConflict } from '../store/conflict.js';

const REFUSALS: Readonly<
  Record<StoreConflict['reason'], { readonly type: ProblemName; readonly detail?: string }>
> = {
  missing: { type: 'not-found' },
  'bad-id': { type: 'not-found' },
  version: {
    type: 'precondition-failed',
    detail: 'The resource has changed since the version that the request is for; read it again.',
  },
  exists: { type: 'conflict', detail: 'There is an entity with this id already.' },
  'in-use': {
    type: 'in-use',
    detail: 'There are entities within this one, or that refer to it; remove them first.',
  },
  unique: { type: 'conflict' },
  reference: { type: 'invalid-document' },
};

/** The answer to a change that the store refused; any other error is given back as it is. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof StoreConflict)) return error;
  const { type, ...options } = REFUSALS[error.reason];
  return new Problem(type, { ...options, cause: error });
}

/** Whether a change was refused because the entity is no longer at the version it was made for. */
export function isStale(error: unknown): boolean {
  return error instanceof StoreConflict && error.reason === 'version';
}

/** Whether an entity was refused because there is one with its id already. */
export function isTaken(error: unknown): boolean {
  return error instanceof StoreConflict && error.reason === 'exists';
}

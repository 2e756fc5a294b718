import { Problem } from '../http/problem.js';
import { StoreConflict } from '../store/conflict.js';

/** The answer to a change that the store refused; any other error is given back as it is. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof StoreConflict)) return error;
  const cause = error;
  switch (error.reason) {
    case 'missing':
    case 'bad-id':
      return new Problem('not-found', { cause });
    case 'version':
      return new Problem('precondition-failed', {
        detail: 'The resource has changed since the version that the request is for; read it again.',
        cause,
      });
    case 'exists':
      return new Problem('conflict', { detail: 'There is an entity with this id already.', cause });
    case 'in-use':
      return new Problem('in-use', {
        detail: 'There are entities within this one; remove them first.',
        cause,
      });
  }
}

/** Whether a change was refused because the entity is no longer at the version it was made for. */
export function isStale(error: unknown): boolean {
  return error instanceof StoreConflict && error.reason === 'version';
}

import { withoutSecrets } from '../../store/sql/postgres/postgres-options.js';
import type { StoreUnavailableError, Unavailability } from '../../store/errors.js';
import { printable } from '../io.js';

const ADVICE: Readonly<Record<Unavailability, string>> = {
  busy: 'find out which other process holds it, or try again',
  unreachable: 'see that the database runs, and that STORE or the module names it rightly',
  failed: 'see that its folder exists, and that this user may read and write there',
  full: 'make room where it is kept',
};

/**
 * What to say, on one line, of a store that could not be opened.
 *
 * @param named - the environment's STORE; of a URL neither user nor password is shown
 * @returns undefined where the error is none of a store
 */
export function storeFailure(error: unknown, named: string | undefined): string | undefined {
  if (!isStoreUnavailable(error)) return undefined;
  const name = named === undefined ? '' : ` ${JSON.stringify(withoutSecrets(named))}`;
  return printable(`the store${name} cannot be opened: ${error.message}; ${ADVICE[error.reason]}`);
}

/** The module may have a copy of the package of its own, so that the class itself says nothing. */
function isStoreUnavailable(error: unknown): error is StoreUnavailableError {
  return error instanceof Error && error.name === 'StoreUnavailableError' && 'reason' in error;
}

import { brand } from '../protocol/brand.js';

/**
 * Why a store cannot do now what it is there for:
 * - `busy`: others hold what it needs, or kept coming in between;
 * - `unreachable`: its database does not answer, or the connection broke;
 * - `failed`: reading or writing its files failed;
 * - `full`: there is no room to keep a change.
 */
export type Unavailability = 'busy' | 'unreachable' | 'failed' | 'full';

/**
 * A store that cannot answer now. Of what was to be written nothing is kept, with one exception: where the
 * connection to a database broke during the commit, nobody can know.
 */
export class StoreUnavailableError extends Error {
  readonly reason: Unavailability;
  /** When it makes sense to try again, in seconds. */
  readonly retryAfter: number;

  constructor(
    reason: Unavailability,
    message: string,
    options: { cause?: unknown; retryAfter?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'StoreUnavailableError';
    this.reason = reason;
    this.retryAfter = options.retryAfter ?? 1;
  }
}
brand(StoreUnavailableError, 'StoreUnavailableError');

import assert from 'node:assert/strict';
import { ProblemError } from '../../lib/http/problem.js';
import type { ProblemName } from '../../lib/http/problem.js';
import { StoreConflictError, StoreUnavailableError } from '../../lib/store/store-errors.js';
import type { ConflictReason, Unavailability } from '../../lib/store/store-errors.js';
import { isVersionConflict, isIdConflict, translateStoreError } from '../../lib/server/error-response.js';

const SECRET = 'table customers_orders at /var/lib/secret.db';

/** What clients get to see. */
function shown(refusal: unknown): ProblemError {
  assert.ok(refusal instanceof ProblemError);
  assert.doesNotMatch(JSON.stringify([refusal.toDocument(''), refusal.headers]), /secret/);
  return refusal;
}

const CONFLICTS: Readonly<Record<ConflictReason, readonly [ProblemName, number]>> = {
  missing: ['not-found', 404],
  'bad-id': ['not-found', 404],
  exists: ['conflict', 409],
  version: ['precondition-failed', 412],
  'in-use': ['in-use', 409],
  unique: ['conflict', 409],
  reference: ['invalid-document', 422],
  refused: ['invalid-document', 422],
};

const UNAVAILABLE: Readonly<Record<Unavailability, readonly [ProblemName, number]>> = {
  busy: ['unavailable', 503],
  unreachable: ['unavailable', 503],
  failed: ['unavailable', 503],
  full: ['insufficient-storage', 507],
};

describe('server/errors', () => {
  for (const [reason, [type, status]] of Object.entries(CONFLICTS)) {
    it(`a conflict of the kind ${reason} is ${status} ${type}`, () => {
      const conflict = new StoreConflictError(reason as ConflictReason, 0, SECRET, ['email']);
      const refusal = shown(translateStoreError(conflict));
      assert.equal(refusal.type, type);
      assert.equal(refusal.status, status);
      assert.equal(refusal.cause, conflict);
    });
  }

  for (const reason of ['unique', 'reference', 'refused'] as const) {
    it(`of the kind ${reason} it points to the members, wherever they were sent`, () => {
      const conflict = new StoreConflictError(reason, 0, SECRET, ['e/mail', 'name']);
      const pointers = (refusal: unknown) => shown(refusal).errors?.map(({ pointer }) => pointer);
      assert.deepEqual(pointers(translateStoreError(conflict)), ['/body/e~1mail', '/body/name']);
      const bare = translateStoreError(conflict, (error) => error);
      assert.deepEqual(pointers(bare), ['/e~1mail', '/name']);
      assert.match(shown(bare).detail ?? '', /"e\/mail" and "name"/);
    });
  }

  it('of a member that the table requires it says that it is missing', () => {
    const refusal = shown(translateStoreError(new StoreConflictError('refused', 0, SECRET, ['email'])));
    assert.equal(
      refusal.detail,
      'The database requires "email", for all that the schema does not; it is missing, or null.',
    );
    assert.equal(refusal.errors?.[0]?.message, 'is required by the table, and missing or null');
  });

  it('of what the table does not take for a reason it does not tell, it speaks of the whole', () => {
    const refusal = shown(translateStoreError(new StoreConflictError('refused', 0, SECRET)));
    assert.equal(refusal.detail, 'The database takes no entity like this, for all that the schema does.');
    assert.equal(refusal.errors?.[0]?.message, 'is not what the database takes here');
  });

  for (const [reason, [type, status]] of Object.entries(UNAVAILABLE)) {
    it(`[H62] a store that is ${reason} is ${status} ${type}`, () => {
      const error = new StoreUnavailableError(reason as Unavailability, SECRET, { retryAfter: 2.5 });
      const refusal = shown(translateStoreError(error));
      assert.equal(refusal.type, type);
      assert.equal(refusal.status, status);
      assert.equal(refusal.cause, error);
      assert.equal(refusal.headers['Retry-After'], status === 503 ? '3' : undefined);
    });
  }

  it('anything else is left as it is', () => {
    for (const error of [new TypeError('x'), new ProblemError('forbidden'), undefined, 'text']) {
      assert.equal(translateStoreError(error), error);
    }
  });

  it('tells what can be tried again', () => {
    const of = (reason: ConflictReason) => new StoreConflictError(reason, 0, '');
    assert.deepEqual(
      [isVersionConflict(of('version')), isVersionConflict(of('exists')), isVersionConflict(new Error('x'))],
      [true, false, false],
    );
    assert.deepEqual(
      [isIdConflict(of('exists')), isIdConflict(of('version')), isIdConflict(undefined)],
      [true, false, false],
    );
  });
});

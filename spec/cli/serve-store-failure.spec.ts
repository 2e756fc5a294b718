import assert from 'node:assert/strict';
import { storeFailure } from '../../lib/cli/serve/store-failure.js';
import { StoreUnavailableError } from '../../lib/store/index.js';

describe('what shoji serve says of a store that cannot be opened', () => {
  it('names the reason, and what to do', () => {
    const error = new StoreUnavailableError('busy', 'another process writes');
    assert.equal(
      storeFailure(error, 'users.db'),
      'the store "users.db" cannot be opened: another process writes; find out which other process holds it, or try again',
    );
    assert.match(storeFailure(error, undefined) ?? '', /^the store cannot be opened: /);
  });

  it('shows neither user nor password', () => {
    const error = new StoreUnavailableError('unreachable', 'nothing listens');
    assert.match(storeFailure(error, 'postgres://ada:secret@db/x') ?? '', /"postgres:\/\/…@db\/x"/);
  });

  it('is nothing where the error is none of a store', () => {
    assert.equal(storeFailure(new TypeError('x'), 'users.db'), undefined);
    assert.equal(storeFailure('x', undefined), undefined);
  });
});

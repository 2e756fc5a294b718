import assert from 'node:assert/strict';
import { describeStoreFailure } from '../../lib/cli/serve-command.js';
import { StoreUnavailableError } from '../../lib/store/index.js';

describe('what shoji serve says of a store that cannot be opened', () => {
  it('names the reason, and what to do', () => {
    const error = new StoreUnavailableError('busy', 'another process writes');
    assert.equal(
      describeStoreFailure(error, 'users.db'),
      'the store "users.db" cannot be opened: another process writes; find out which other process holds it, or try again',
    );
    assert.match(describeStoreFailure(error, undefined) ?? '', /^the store cannot be opened: /);
  });

  it('shows neither user nor password', () => {
    const error = new StoreUnavailableError('unreachable', 'nothing listens');
    assert.match(describeStoreFailure(error, 'postgres://ada:secret@db/x') ?? '', /"postgres:\/\/…@db\/x"/);
  });

  it('is nothing where the error is none of a store', () => {
    assert.equal(describeStoreFailure(new TypeError('x'), 'users.db'), undefined);
    assert.equal(describeStoreFailure('x', undefined), undefined);
  });
});

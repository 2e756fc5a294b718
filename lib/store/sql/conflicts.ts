import { StoreConflictError, type ConflictReason } from '../conflict.js';
import { idRules } from '../ids.js';
import type { Change, CollectionKey } from '../store.js';
import type { ReferenceKey, Shape } from './shape.js';

/** Why one change of a batch cannot be made, in words. */
export class Refusals {
  readonly #change: Change;
  readonly #index: number;
  readonly #where: string;

  /** @param index - of the change in its batch */
  constructor(change: Change, index: number) {
    this.#change = change;
    this.#index = index;
    this.#where = described(change.key);
  }

  missing(): StoreConflictError {
    return this.#refuse('missing', `there is no ${this.#id} in ${this.#where}`);
  }

  missingParent(): StoreConflictError {
    const above = JSON.stringify(this.#change.key.parentIds.at(-1));
    return this.#refuse('missing', `nothing can stand in ${this.#where}: ${above} does not exist`);
  }

  version(): StoreConflictError {
    return this.#refuse(
      'version',
      `${this.#id} in ${this.#where} is no longer at the version it was meant for`,
    );
  }

  badId({ id }: Shape, found: string): StoreConflictError {
    const { rule } = idRules[id.kind];
    return this.#refuse('bad-id', `an id in ${this.#where} is ${rule}; found ${JSON.stringify(found)}`);
  }

  exists(): StoreConflictError {
    return this.#refuse('exists', `${this.#id} exists already in ${this.#where}`);
  }

  inUse(): StoreConflictError {
    return this.#refuse(
      'in-use',
      `other entities stand within ${this.#id} in ${this.#where}, or refer to it`,
    );
  }

  unique(members: readonly string[]): StoreConflictError {
    const names = members.map((member) => JSON.stringify(member)).join(' and ');
    return this.#refuse('unique', `another entity in ${this.#where} has the same ${names}`, members);
  }

  reference({ member, target }: ReferenceKey): StoreConflictError {
    const what = `${JSON.stringify(member)} refers to an entity of ${JSON.stringify(target.plan.collection)}`;
    return this.#refuse('reference', `${what} that does not exist`, [member]);
  }

  /** The same where it is the database that knows what the members refer to. */
  referenceBy(members: readonly string[]): StoreConflictError {
    const names = members.map((member) => JSON.stringify(member)).join(' or ');
    return this.#refuse('reference', `${names} refers to a row that does not exist`, members);
  }

  refused(members: readonly string[]): StoreConflictError {
    const names = members.map((member) => JSON.stringify(member)).join(' and ');
    const where = names === '' ? '' : `, for ${names}`;
    return this.#refuse(
      'refused',
      `the table of ${this.#where} does not take what is given${where}`,
      members,
    );
  }

  get #id(): string {
    return JSON.stringify(this.#change.id);
  }

  #refuse(reason: ConflictReason, message: string, members: readonly string[] = []): StoreConflictError {
    return new StoreConflictError(reason, this.#index, message, members);
  }
}

function described({ collection: catalog, parentIds: within }: CollectionKey): string {
  const path = within.map((id) => JSON.stringify(id)).join(', ');
  return path === '' ? JSON.stringify(catalog) : `${JSON.stringify(catalog)} within ${path}`;
}

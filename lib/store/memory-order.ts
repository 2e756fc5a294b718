import { compareKeys, sortKey, type Position } from './position.js';
import { SortedList } from './sorted-list.js';
import type { MemberType, Order, StoredEntity } from './store.js';

/** A member that lists can be sorted by, and which way. */
export interface SortedBy extends Order {
  readonly type: MemberType;
}

interface Entry extends Position {
  readonly entity: StoredEntity;
}

/** The entities of one place, sorted by a member of theirs. */
export class MemoryOrder {
  readonly #by: SortedBy;
  readonly #entries: SortedList<Position, Entry>;
  /** How many writes it has followed since somebody looked at it. */
  idle = 0;

  /**
   * @param entities - in the order of their ids
   */
  constructor(
    by: SortedBy,
    compareIds: (one: string, other: string) => number,
    entities: Iterable<StoredEntity>,
  ) {
    this.#by = by;
    const direction = by.descending === true ? -1 : 1;
    const compareValues = (one: Position, other: Position): number =>
      direction * compareKeys(one.key, other.key);
    this.#entries = new SortedList(
      (one, other) => compareValues(one, other) || compareIds(one.id, other.id),
      // Sorting leaves those with the same value in the order of their ids.
      Array.from(entities, (entity) => this.#entry(entity)).toSorted(compareValues),
    );
  }

  /** Where an entity stands. */
  position({ id, body }: StoredEntity): Position {
    return { key: sortKey(body[this.#by.member], this.#by.type), id };
  }

  /** Follows a write: what an entity was before it, and is after it. */
  put(before: StoredEntity | undefined, after: StoredEntity | undefined): void {
    const from = before && this.position(before);
    const to = after && this.#entry(after);
    if (from !== undefined && from.key !== to?.key) this.#entries.delete(from);
    if (to !== undefined) this.#entries.set(to);
    this.idle += 1;
  }

  /** The entities after a position, where none need stand; all of them where none is given. */
  *after(position?: Position): Generator<StoredEntity> {
    this.idle = 0;
    for (const { entity } of this.#entries.after(position)) yield entity;
  }

  #entry(entity: StoredEntity): Entry {
    const { key, id } = this.position(entity);
    return { key, id, entity };
  }
}

/**
 * Why a change cannot be made:
 * - `missing`: there is no such entity, or none that the new one would stand within;
 * - `exists`: a client's id is taken;
 * - `version`: the entity is no longer at the version that the change was made for;
 * - `in-use`: entities within it still exist;
 * - `bad-id`: the id is not of the kind that the catalog declares, or there is none left to give.
 */
export type ConflictReason = 'missing' | 'exists' | 'version' | 'in-use' | 'bad-id';

/** A change that a store refuses. The batch that it was in has changed nothing. */
export class StoreConflict extends Error {
  readonly reason: ConflictReason;
  /** Position of the refused change in its batch. */
  readonly change: number;

  constructor(reason: ConflictReason, change: number, message: string) {
    super(message);
    this.name = 'StoreConflict';
    this.reason = reason;
    this.change = change;
  }
}

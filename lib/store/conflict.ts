import { brand } from '../protocol/brand.js';

/**
 * Why a change cannot be made:
 * - `missing`: there is no such entity, or none that the new one would stand within;
 * - `exists`: a client's id is taken;
 * - `version`: the entity is no longer at the version that the change was made for;
 * - `in-use`: entities within it, or that refer to it, still exist;
 * - `unique`: another entity has the same values in members that no two may share;
 * - `reference`: a member refers to an entity that does not exist;
 * - `bad-id`: the id is not of the kind that the catalog declares, or there is none left to give;
 * - `refused`: the table that others made does not take such a value: by its types, NOT NULL, CHECK or a trigger.
 */
export type ConflictReason =
  'missing' | 'exists' | 'version' | 'in-use' | 'unique' | 'reference' | 'bad-id' | 'refused';

/** A change that a store refuses. The batch that it was in has changed nothing. */
export class StoreConflictError extends Error {
  readonly reason: ConflictReason;
  /** Position of the refused change in its batch. */
  readonly change: number;
  /** The members of the body that stand against it: of `unique`, `reference`, and of `refused` those that lack a value. */
  readonly members: readonly string[];

  constructor(reason: ConflictReason, change: number, message: string, members: readonly string[] = []) {
    super(message);
    this.name = 'StoreConflictError';
    this.reason = reason;
    this.change = change;
    this.members = members;
  }
}
brand(StoreConflictError, 'StoreConflictError');

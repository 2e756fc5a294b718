import type { RawBuilder } from 'kysely';
import type { Slot } from './query.js';
import type { IdColumn } from './shape.js';
import type { Parameter } from './engine.js';
import type { SortKey } from '../position.js';
import type { MemberType } from '../store.js';

/** What the databases say in different words. All are SQL text; members are quoted, whatever they hold. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres';
  /** The type of a column that ids are kept in; it orders them as stores do. */
  readonly idType: (kind: IdColumn['kind']) => string;
  readonly integerType: string;
  readonly textType: string;
  /** The type of a column that is computed from a member. */
  readonly memberType: (type: Exclude<MemberType, 'json'>) => string;
  /** How a column that is computed from others keeps what it computes. */
  readonly generated: 'virtual' | 'stored';
  /** Computes what of a member is compared in searches and sorted lists, or NULL: see `sortKey`. */
  readonly sortKey: (member: string, type: Exclude<MemberType, 'json'>) => string;
  /** Computes what tells a member's value from all others, or NULL where it is absent or null. */
  readonly identity: (member: string) => string;
  /** Computes the id that a member holds, or NULL. */
  readonly reference: (member: string, target: IdColumn['kind']) => string;
  /** Holds where a member is there, and not null. */
  readonly isPresent: (member: string) => string;
  /** What a member has to equal that is searched for by a value, which is in the slot. */
  readonly searched: (type: Exclude<MemberType, 'json'>, slot: Slot) => RawBuilder<unknown>;
  /** The value as that slot is given it. */
  readonly searchedValue: (value: string | number | boolean) => Parameter;
  /** What a sorted list goes on after, as a statement is given it. */
  readonly keyValue: (key: SortKey) => SortKey;
  /** Over how many rows the state of a place is spread, so that its writers need not wait for each other. */
  readonly shards: number;
  /** The larger one of two numbers. */
  readonly greatest: 'max' | 'greatest';
}

/** Whether ids are kept in a column for integers. */
export function isInteger(kind: IdColumn['kind']): boolean {
  return kind === 'integer' || kind === 'bigint';
}

/** Text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** An identifier, whatever it holds. */
export function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

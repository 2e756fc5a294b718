import type { Level } from '../../../lib/protocol/findings.js';
import type { Sites } from './sites.js';
import type { Member, Tree } from './tree.js';

/** A finding that a mutation must bring about. */
export interface Blame {
  readonly rule: string;
  /** How much the finding weighs at least. */
  readonly level: Level;
  /** The value at fault; a member where it is its name. */
  readonly where: Tree | Member;
  /** Where in the string at fault, in UTF-16 code units from 0; its beginning without it. */
  readonly at?: number;
}

/** One way to break one document. */
export interface Mutation {
  /** What is broken, and how, in words. */
  readonly what: string;
  /** What the mutation changes or relies on: two that share none of it can be done together. */
  readonly touches: readonly Tree[];
  /** Breaks the document in place, and says what is then to be found. */
  apply(): readonly Blame[];
}

/** All mutations of one kind that a document allows. */
export type Family = (sites: Sites) => Iterable<Mutation>;

/** An error on this value. */
export function error(rule: string, where: Tree | Member, at?: number): Blame {
  return { rule, level: 'error', where, ...(at === undefined ? {} : { at }) };
}

/** A warning, or more, on this value. */
export function warning(rule: string, where: Tree | Member): Blame {
  return { rule, level: 'warning', where };
}

import type { Rule } from '../rules/rule.js';
import type { CompiledSchema } from './compiled-schema.js';

/** The forms of Shoji that can be validated. */
export type Dialect = 'draft-02' | 'draft-01' | 'crunch';

/** What one dialect asks of its documents. */
export interface DialectDefinition {
  readonly name: Dialect;
  /** From each element to the schema of its documents. */
  readonly schemas: ReadonlyMap<string, CompiledSchema>;
  /** From each element to the members that its schema names; others are allowed, and mean nothing. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  /** The members of all elements. */
  readonly names: ReadonlySet<string>;
  /** Members that hold links. */
  readonly linkMembers: readonly string[];
  /** Whether links have names (an object), or not (an array). */
  readonly links: 'named' | 'unnamed';
  /** Members that hold one IRI reference. */
  readonly iriMembers: readonly string[];
  /** What JSON Schema cannot say. */
  readonly rules: readonly Rule[];
  /** Those of the rules that have errors to find; all others find warnings alone. */
  readonly errorRules: readonly Rule[];
  /** Where the dialect is described. */
  readonly see: string;
}

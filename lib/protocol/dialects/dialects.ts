import { crunch } from './crunch.js';
import type { Dialect, DialectDefinition } from './dialect.js';
import { draft01 } from './draft-01.js';
import { draft02 } from './draft-02.js';

/** Every dialect by its name. */
export const dialects: Readonly<Record<Dialect, DialectDefinition>> = {
  'draft-02': draft02,
  'draft-01': draft01,
  crunch,
};

/** The names of all dialects, the default one first. */
export const DIALECTS: readonly Dialect[] = ['draft-02', 'draft-01', 'crunch'];

/** What can be asked for: a dialect, or that one be picked for each document. */
export const DIALECT_CHOICES: readonly (Dialect | 'auto')[] = [...DIALECTS, 'auto'];

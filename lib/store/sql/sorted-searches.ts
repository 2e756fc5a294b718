import { constraintName } from './identifiers.js';
import { quoted } from './dialect.js';
import type { IdColumn, MemberColumn, Shape } from './shape.js';

/** Most pairs of members that a table has indexes for: each of them makes every write dearer. */
const MOST = 8;

/** What a row of an index may hold, in bytes: PostgreSQL takes 2,704, of which some tell where values begin. */
const LONGEST_ROW = 2650;

/** How much the values of a column take up at most, in bytes: a length, and 255 of an id or four for each of 200 characters. */
const LONGEST_ID: Readonly<Record<string, number>> = { integer: 8, uuidv7: 40 };
const LONGEST_TEXT_ID = 259;
const LONGEST_TEXT = 804;
const LONGEST_SCALAR = 8;

/** The columns of two members that a list is searched by and sorted by at once. */
export interface Pair {
  readonly searched: MemberColumn;
  readonly sorted: MemberColumn;
}

/** The pairs that are indexed together. Lists by any other are read by the index of one, with what the other asks compared row by row. */
export function indexedPairs(shape: Shape): readonly Pair[] {
  const columnOf = (name: string) => shape.members.find(({ member }) => member === name);
  const pairs = (shape.plan.sortedSearches ?? []).flatMap(({ searched: one, sorted: other }) => {
    const searched = columnOf(one);
    const sorted = columnOf(other);
    return searched === undefined || sorted === undefined ? [] : [{ searched, sorted }];
  });
  return pairs.filter((pair) => isShort(shape, pair)).slice(0, MOST);
}

/** What makes the indexes of a pair, one for either direction: of the same value the smallest id comes first in both. */
export function createPairIndexes({ table, within, id }: Shape, { searched, sorted }: Pair): string[] {
  const names = [searched.name, sorted.name];
  const index = (kind: string, direction: string): string =>
    `CREATE INDEX ${quoted(constraintName(table, names, kind))} ON ${quoted(table)} ` +
    `(${[...[...within, searched].map(({ name }) => quoted(name)), quoted(sorted.name) + direction, id.name].join(', ')})`;
  return [index('asc', ''), index('desc', ' DESC')];
}

function isShort({ within, id }: Shape, { searched, sorted }: Pair): boolean {
  const ids = [...within, id].map(longestId);
  const members = [searched, sorted].map(({ type }) => (type === 'string' ? LONGEST_TEXT : LONGEST_SCALAR));
  return [...ids, ...members].reduce((sum, length) => sum + length, 0) <= LONGEST_ROW;
}

function longestId({ kind }: Pick<IdColumn, 'kind'>): number {
  return LONGEST_ID[kind ?? ''] ?? LONGEST_TEXT_ID;
}

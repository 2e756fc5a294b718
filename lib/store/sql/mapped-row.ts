import { createHash } from 'node:crypto';
import type { JsonObject } from '../../protocol/documents.js';
import type { Stored } from '../store.js';
import { readValue, type Raw } from './column-values.js';
import type { Row } from './engine.js';
import type { MappedColumn } from './mapping.js';

/** What a column is called in the rows that are read. */
export function alias(index: number): string {
  return `c${index}`;
}

/**
 * An entity as a row of others holds it. Its version is a digest of what its columns hold; whoever writes to
 * the table tells nobody when, so that it has no `updated`.
 */
export function mappedRow(id: string, columns: readonly MappedColumn[], row: Row): Stored {
  const raws = columns.map((_, index) => (row[alias(index)] ?? null) as Raw);
  const body: JsonObject = Object.fromEntries(
    columns.flatMap((column, index) => {
      const value = readValue(column, raws[index] ?? null);
      return value === undefined ? [] : [[column.member, value]];
    }),
  );
  const entity = { id, version: digest(raws), body };
  // A copy with another body, `{ ...entity, body }`, must not bring the text of this one along.
  return Object.defineProperty(entity, 'text', { value: JSON.stringify(body) }) as typeof entity & {
    text: string;
  };
}

function digest(raws: readonly Raw[]): string {
  return createHash('sha256').update(JSON.stringify(raws)).digest('base64url').slice(0, 22);
}

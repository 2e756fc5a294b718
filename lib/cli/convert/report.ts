import type { Loss } from '../../protocol/convert/convert.js';
import type { Dialect } from '../../protocol/dialects/dialects.js';
import type { ConvertArguments } from './arguments.js';
import { printable } from '../io.js';

/**
 * Writes what a conversion lost: a line for each loss, for people; all in one JSON object, for
 * programs.
 *
 * @param from - the dialect of the document, where the command line left it open too
 */
export function lossReport(
  losses: readonly Loss[],
  from: Dialect,
  { source, to, format }: ConvertArguments,
): string {
  if (format === 'json') return `${JSON.stringify({ source, from, to, losses }, undefined, 2)}\n`;
  return losses
    .map(
      ({ line = 1, column = 1, message }) => `${printable(`${source}:${line}:${column} loss ${message}`)}\n`,
    )
    .join('');
}

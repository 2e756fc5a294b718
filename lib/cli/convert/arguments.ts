import { parseArgs } from 'node:util';
import type { ConvertOptions } from '../../protocol/convert/convert.js';
import { DIALECT_CHOICES, DIALECTS } from '../../protocol/dialects/dialects.js';
import type { Dialect } from '../../protocol/dialects/dialects.js';
import { ROLES } from '../../protocol/role.js';
import type { Role } from '../../protocol/role.js';
import { choose, UsageError, usageOf } from '../usage.js';

/** What the command line of `shoji convert` asks for. */
export interface ConvertArguments {
  /** The path of a file; `-` for standard input. */
  readonly source: string;
  readonly from: ConvertOptions['from'];
  readonly to: Dialect;
  readonly role: Role;
  /** The path of the file to write; undefined for standard output. */
  readonly output: string | undefined;
  /** How losses and findings are written. */
  readonly format: 'text' | 'json';
  /** Whether a document that loses something is refused. */
  readonly strict: boolean;
}

const FORMATS: readonly ConvertArguments['format'][] = ['text', 'json'];

/** What `shoji convert --help` shows. */
export const CONVERT_HELP: string = `Usage: shoji convert --from DIALECT --to DIALECT [options] FILE

Converts a Shoji document from one dialect to another. A FILE of - is standard input. What the other
dialect cannot say is listed on standard error, one loss a line.

Options:
  --from DIALECT   ${DIALECTS.join(', ')}, or auto: what the document reads as
  --to DIALECT     ${DIALECTS.join(', ')}
  --role ROLE      response: what a server sends, which must have "self" (default)
                   request: what a client sends, which need not
  --output FILE    write the document there instead of to standard output
  --strict         refuse what cannot be converted without loss: write nothing, exit with 1
  --format FORMAT  text (default) or json, for losses and findings
  --help           show this

Exit code: 0 the document is converted; 1 it is not valid in its own dialect, or --strict refused it;
           2 a file could not be read or written, or the command line is wrong.
`;

/**
 * Reads the arguments that follow `shoji convert`.
 *
 * @returns undefined where help is asked for
 * @throws {UsageError} where they cannot be followed
 */
export function parseConvertArguments(args: readonly string[]): ConvertArguments | undefined {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  const [source, another] = positionals;
  if (source === undefined) {
    throw new UsageError('no file is given; write the path of one, or - for standard input');
  }
  if (another !== undefined) {
    throw new UsageError(`one document is converted at a time; write ${source} without ${another}`);
  }
  return {
    source,
    from: choose('--from', values.from, DIALECT_CHOICES),
    to: choose('--to', values.to, DIALECTS),
    role: choose('--role', values.role, ROLES),
    output: values.output,
    format: choose('--format', values.format, FORMATS),
    strict: values.strict,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        role: { type: 'string', default: 'response' },
        output: { type: 'string' },
        format: { type: 'string', default: 'text' },
        strict: { type: 'boolean', default: false },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw usageOf(
      error,
      '--from DIALECT, --to DIALECT, --role ROLE, --output FILE, --strict, --format FORMAT and --help',
    );
  }
}

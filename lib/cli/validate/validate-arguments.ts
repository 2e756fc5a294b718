import { parseArgs } from 'node:util';
import type { Dialect } from '../../protocol/dialects/dialects.js';
import { DIALECT_CHOICES } from '../../protocol/dialects/dialects.js';
import { type Role, ROLES } from '../../protocol/role.js';
import { choose, toUsageError, UsageError } from '../command-line.js';

/** A command line of `shoji validate`, read. */
type ValidateRequest =
  | { readonly type: 'help' }
  | { readonly type: 'explain'; readonly rule: string; readonly format: 'text' | 'json' }
  | ({ readonly type: 'validate' } & ValidateArguments);

/** How the report is written. */
type Format = 'text' | 'json' | 'sarif' | 'junit';

/** The sources to validate, and how. */
export interface ValidateArguments {
  readonly sources: readonly string[];
  readonly dialect: Dialect | 'auto';
  readonly role: Role;
  readonly value: boolean;
  readonly ndjson: boolean;
  readonly format: Format;
  readonly maxWarnings: number | undefined;
  readonly quiet: boolean;
  /** Undefined where it depends on the terminal. */
  readonly color: boolean | undefined;
}

/** Shown by `shoji validate --help`. */
export const VALIDATE_HELP: string = `Usage: shoji validate [options] FILE|DIR|URL|-...
       shoji validate --explain RULE

Validates Shoji documents. Of a folder, all files named *.json, *.ndjson and *.jsonl in it and below are
read, in the order of their names. A URL is fetched by GET. - is standard input.

Options:
  --dialect NAME      draft-02 (default), draft-01, crunch, or auto, which picks one and says why
  --role ROLE         response: what a server sends, which must have "self" (default)
                      request: what a client sends, which need not
                      index-patch: a PATCH that changes entities of a catalog
  --value             the documents are known to be Value documents, which may hold anything
  --ndjson            each line of each source is a document; empty lines are skipped
                      (always so of files named *.ndjson and *.jsonl)
  --format FORMAT     text (default), json, sarif or junit
  --max-warnings N    exit with 1 where there are more warnings than N
  --quiet             in text, say nothing of documents without findings
  --color, --no-color whether text is coloured (default: on a terminal, unless NO_COLOR is set)
  --explain RULE      show what a rule asks for and why, with a bad and a good example
  --help              show this

Exit code: 0 all documents are valid; 1 at least one is not, or there are too many warnings;
           2 a source could not be read, or the command line is wrong.
`;

/**
 * Reads the arguments that follow `shoji validate`.
 *
 * @throws {UsageError} where they cannot be followed
 */
export function parseValidateArguments(args: readonly string[]): ValidateRequest {
  const { values, positionals: sources } = parse(args);
  if (values.help === true) return { type: 'help' };
  if (values.explain !== undefined) {
    const format = choose('--format (with --explain)', values.format, EXPLAIN_FORMATS);
    return { type: 'explain', rule: values.explain, format };
  }
  checkSources(sources);
  return {
    type: 'validate',
    sources,
    dialect: choose('--dialect', values.dialect, DIALECT_CHOICES),
    role: choose('--role', values.role, ROLES),
    value: values.value,
    ndjson: values.ndjson,
    format: choose('--format', values.format, FORMATS),
    maxWarnings: readCount('--max-warnings', values['max-warnings']),
    quiet: values.quiet,
    color: values['no-color'] ? false : values.color,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        dialect: { type: 'string', default: 'draft-02' },
        role: { type: 'string', default: 'response' },
        value: { type: 'boolean', default: false },
        ndjson: { type: 'boolean', default: false },
        format: { type: 'string', default: 'text' },
        'max-warnings': { type: 'string' },
        quiet: { type: 'boolean', default: false },
        color: { type: 'boolean' },
        'no-color': { type: 'boolean' },
        explain: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw toUsageError(
      error,
      '--dialect NAME, --role ROLE, --value, --ndjson, --format FORMAT, --max-warnings N, --quiet, ' +
        '--color, --no-color, --explain RULE and --help',
    );
  }
}

const EXPLAIN_FORMATS = ['text', 'json'] as const;

function checkSources(sources: readonly string[]): void {
  if (sources.length === 0) {
    throw new UsageError(
      'no source is given; write the path of at least one file or folder, a URL, or - for standard input',
    );
  }
  if (sources.filter((source) => source === '-').length > 1) {
    throw new UsageError(
      '- is given more than once, but standard input can be read only once; write it once',
    );
  }
}

const FORMATS: readonly Format[] = ['text', 'json', 'sarif', 'junit'];

function readCount(option: string, found: string | undefined): number | undefined {
  if (found === undefined) return undefined;
  if (/^\d{1,15}$/.test(found)) return Number(found);
  throw new UsageError(`${option} is ${JSON.stringify(found)}; write a whole number from 0`);
}

import { parseArgs } from 'node:util';
import type { Dialect } from '../protocol/dialects/dialect.js';
import { DIALECTS } from '../protocol/dialects/dialects.js';
import type { Role } from '../protocol/validate.js';
import { UsageError, usageOf } from './usage.js';

/** What the command line of `shoji validate` asks for. */
export interface ValidateArguments {
  readonly sources: readonly string[];
  readonly dialect: Dialect;
  readonly role: Role;
  readonly format: Format;
}

/** How the report is written. */
export type Format = 'text' | 'json';

const ROLES: readonly Role[] = ['response', 'request'];
const FORMATS: readonly Format[] = ['text', 'json'];

/** What `shoji validate --help` shows. */
export const VALIDATE_HELP: string = `Usage: shoji validate [options] FILE...

Validates Shoji documents. A FILE of - is standard input.

Options:
  --dialect NAME   ${DIALECTS.join(', ')} (default: draft-02)
  --role ROLE      response: what a server sends, which must have "self" (default)
                   request: what a client sends, which need not
  --format FORMAT  text (default) or json
  --help           show this

Exit code: 0 all documents are valid; 1 at least one is not;
           2 a file could not be read, or the command line is wrong.
`;

/**
 * Reads the arguments that follow `shoji validate`.
 *
 * @returns undefined where help is asked for
 * @throws {UsageError} where they cannot be followed
 */
export function parseValidateArguments(args: readonly string[]): ValidateArguments | undefined {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  if (positionals.length === 0) {
    throw new UsageError('no file is given; write the path of at least one, or - for standard input');
  }
  if (positionals.filter((source) => source === '-').length > 1) {
    throw new UsageError(
      '- is given more than once, but standard input can be read only once; write it once',
    );
  }
  return {
    sources: positionals,
    dialect: choose('--dialect', values.dialect, DIALECTS),
    role: choose('--role', values.role, ROLES),
    format: choose('--format', values.format, FORMATS),
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
        format: { type: 'string', default: 'text' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw usageOf(error, '--dialect NAME, --role ROLE, --format FORMAT and --help');
  }
}

function choose<Choice extends string>(option: string, found: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((candidate) => candidate === found);
  if (choice !== undefined) return choice;
  throw new UsageError(`${option} is "${found}"; write ${choices.join(' or ')}`);
}

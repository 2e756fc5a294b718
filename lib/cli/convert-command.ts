import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ConversionError } from '../protocol/convert/conversion.js';
import type { Loss } from '../protocol/convert/conversion.js';
import { convertValid } from '../protocol/convert/convert.js';
import type { ConvertOptions } from '../protocol/convert/convert.js';
import { sanitizeForTerminal } from '../protocol/sanitize-for-terminal.js';
import { DIALECT_CHOICES, DIALECTS } from '../protocol/dialects/dialects.js';
import type { Dialect } from '../protocol/dialects/dialects.js';
import type { Json } from '../protocol/documents.js';
import { ROLES } from '../protocol/role.js';
import type { Role } from '../protocol/role.js';
import type { CommandIo } from './command-io.js';
import { choose, toUsageError, UsageError } from './command-line.js';
import { jsonReporter } from './validate/json-reporter.js';
import { batchesOf, judgeSource, UnreadableSourceError, verdictOf } from './validate/judge-document.js';
import type { JudgedText } from './validate/judge-document.js';
import { addTo, emptySummary } from './validate/reporter.js';
import { textReporter } from './validate/text-reporter.js';

/** A command line of `shoji convert`, read. */
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

/** The document is converted. */
const CONVERTED = 0;
/** It is not valid, or would lose what may not be lost. */
const REFUSED = 1;
/** A file could not be read or written, or the command line cannot be followed. */
const FAILED = 2;

/**
 * Runs `shoji convert`: reads a document, writes it in another dialect, and lists what that lost.
 *
 * @param args - what follows `convert` on the command line
 * @returns the exit code: 0 converted, 1 refused, 2 could not be read or written or bad usage
 */
export async function convertCommand(args: readonly string[], io: CommandIo): Promise<number> {
  let wanted: ConvertArguments | undefined;
  try {
    wanted = parseConvertArguments(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.stderr.write(`shoji convert: ${sanitizeForTerminal(error.message)}\nSee shoji convert --help.\n`);
    return FAILED;
  }
  if (wanted === undefined) {
    io.stdout.write(CONVERT_HELP);
    return CONVERTED;
  }
  return convertSource(wanted, io);
}

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
    throw toUsageError(
      error,
      '--from DIALECT, --to DIALECT, --role ROLE, --output FILE, --strict, --format FORMAT and --help',
    );
  }
}

const FORMATS: readonly ConvertArguments['format'][] = ['text', 'json'];

/** Shown by `shoji convert --help`. */
export const CONVERT_HELP: string = `Usage: shoji convert --from DIALECT --to DIALECT [options] FILE

Converts a Shoji document from one dialect to another. A FILE of - is standard input. What the other
dialect cannot say is listed on standard error, one loss a line.

Options:
  --from DIALECT   ${DIALECTS.join(', ')}, or auto: what the document reads as
  --to DIALECT     ${DIALECTS.join(', ')}
  --role ROLE      response: what a server sends, which must have "self" (default)
                   request: what a client sends, which need not
                   index-patch: a PATCH that changes entities of a catalog
  --output FILE    write the document there instead of to standard output
  --strict         refuse what cannot be converted without loss: write nothing, exit with 1
  --format FORMAT  text (default) or json, for losses and findings
  --help           show this

Exit code: 0 the document is converted; 1 it is not valid in its own dialect, or --strict refused it;
           2 a file could not be read or written, or the command line is wrong.
`;

async function convertSource(wanted: ConvertArguments, io: CommandIo): Promise<number> {
  const { source, from, role } = wanted;
  let judged: JudgedText;
  try {
    judged = await judgeSource(source, io.stdin, { dialect: from, role });
  } catch (error) {
    if (!(error instanceof UnreadableSourceError)) throw error;
    io.stderr.write(`shoji convert: cannot read ${sanitizeForTerminal(source)}: ${error.message}\n`);
    return FAILED;
  }
  if (!judged.validation.valid) return refuse(judged, wanted, io);
  try {
    return await convertJudged(judged, wanted, io);
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    // Valid as it is, but what it becomes would not be.
    const validation = { element: undefined, dialect: wanted.to, valid: false, findings: error.findings };
    return refuse({ source, text: judged.text, validation }, wanted, io);
  }
}

/** Shows what is wrong as `shoji validate` does, but not where the document would have stood. */
function refuse(judged: JudgedText, { format }: ConvertArguments, { stderr }: CommandIo): number {
  stderr.write(findingsReport(judged, format));
  return REFUSED;
}

/** Writes what `shoji validate` would say of the one document that cannot be converted. */
export function findingsReport(
  { source, text, validation }: JudgedText,
  format: ConvertArguments['format'],
): string {
  const reporter = format === 'json' ? jsonReporter() : textReporter({ color: false, quiet: false });
  const batches = [...batchesOf(validation.findings, text, undefined)];
  const document = { origin: { source, file: source }, ...verdictOf(validation), batches };
  const findings = batches.map((batch) => reporter.findings(document, batch));
  const report = reporter.open(document) + findings.join('') + reporter.close(document);
  if (format === 'text') return report;
  const summary = emptySummary();
  addTo(summary, document);
  return reporter.start() + report + reporter.end(summary);
}

async function convertJudged(
  { text, validation }: JudgedText,
  wanted: ConvertArguments,
  io: CommandIo,
): Promise<number> {
  const { dialect: from } = validation;
  const { document, losses } = convertValid(JSON.parse(text) as Json, { ...wanted, from, text });
  io.stderr.write(lossReport(losses, from, wanted));
  if (wanted.strict && losses.length > 0) {
    io.stderr.write(strictRefusal(losses.length));
    return REFUSED;
  }
  const written = `${JSON.stringify(document, undefined, 2)}\n`;
  if (wanted.output === undefined) {
    io.stdout.write(written);
    return CONVERTED;
  }
  try {
    await writeFile(wanted.output, written);
  } catch (error) {
    io.stderr.write(
      `shoji convert: cannot write ${sanitizeForTerminal(wanted.output)}: ${reasonOf(error)}\n`,
    );
    return FAILED;
  }
  return CONVERTED;
}

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
      ({ line = 1, column = 1, message }) =>
        `${sanitizeForTerminal(`${source}:${line}:${column} loss ${message}`)}\n`,
    )
    .join('');
}

function strictRefusal(count: number): string {
  const losses = count === 1 ? 'one loss is' : `${count} losses are`;
  return `shoji convert: nothing is written, since ${losses} more than --strict allows; leave that option out to accept them\n`;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return REASONS.get(code) ?? `writing it failed (${code}); write another path`;
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'the folder is not there; make it first, or write another path'],
  ['ENOTDIR', 'a part of the path is no folder; write another path'],
  ['EISDIR', 'it is a folder; write the path of a file'],
  ['EACCES', 'it may not be written; ask for the permission to, or write another path'],
  ['EROFS', 'it is on a file system that is read-only; write another path'],
  ['ENOSPC', 'there is no space left; make some, or write another path'],
  ['ERR_INVALID_ARG_VALUE', 'no path may hold a null character; write another path'],
]);

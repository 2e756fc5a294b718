import { writeFile } from 'node:fs/promises';
import { ConversionError, convertValid } from '../protocol/convert/convert.js';
import type { Json } from '../protocol/documents.js';
import { CONVERT_HELP, parseConvertArguments } from './convert/arguments.js';
import type { ConvertArguments } from './convert/arguments.js';
import { lossReport } from './convert/report.js';
import { printable } from './io.js';
import type { CommandIo } from './io.js';
import { UsageError } from './usage.js';
import { findingsReport } from './convert/findings.js';
import { judgeSource, UnreadableSourceError } from './validate/source.js';
import type { JudgedText } from './validate/source.js';

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
    io.stderr.write(`shoji convert: ${printable(error.message)}\nSee shoji convert --help.\n`);
    return FAILED;
  }
  if (wanted === undefined) {
    io.stdout.write(CONVERT_HELP);
    return CONVERTED;
  }
  return convertSource(wanted, io);
}

async function convertSource(wanted: ConvertArguments, io: CommandIo): Promise<number> {
  const { source, from, role } = wanted;
  let judged: JudgedText;
  try {
    judged = await judgeSource(source, io.stdin, { dialect: from, role });
  } catch (error) {
    if (!(error instanceof UnreadableSourceError)) throw error;
    io.stderr.write(`shoji convert: cannot read ${printable(source)}: ${error.message}\n`);
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
    io.stderr.write(`shoji convert: cannot write ${printable(wanted.output)}: ${reasonOf(error)}\n`);
    return FAILED;
  }
  return CONVERTED;
}

function strictRefusal(count: number): string {
  const losses = count === 1 ? 'one loss is' : `${count} losses are`;
  return `shoji convert: nothing is written, since ${losses} more than --strict allows; leave that option out to accept them\n`;
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

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return REASONS.get(code) ?? `writing it failed (${code}); write another path`;
}

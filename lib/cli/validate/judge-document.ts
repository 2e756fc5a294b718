import { constants } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { DEFAULT_DIALECT } from '../../protocol/dialects/detect-dialect.js';
import type { Finding } from '../../protocol/findings.js';
import { findInvalidUtf8 } from '../../protocol/json/read.js';
import { positionsIn } from '../../protocol/json/locate.js';
import { validateText } from '../../protocol/validate.js';
import type { ValidateTextOptions, Validation } from '../../protocol/validate.js';
import { sanitizeForTerminal } from '../../protocol/sanitize-for-terminal.js';
import type { Excerpt, FindingBatch, JudgedDocument, Origin } from './reporter.js';

/** How documents are judged, and what is to be known of them for the report. */
export interface JudgeOptions extends ValidateTextOptions {
  /** Whether findings come with the lines that they point at. */
  readonly excerpts: boolean;
}

/** The result of judging a document, without its findings. */
export type Verdict = Omit<JudgedDocument, 'origin' | 'batches'>;

/** Judges a document that is held in memory. */
export function judgeDocument(
  bytes: Uint8Array,
  origin: Origin,
  options: JudgeOptions,
  line?: number,
): JudgedDocument {
  const { text, validation } = judgeBytes(bytes, options);
  const excerpts = options.excerpts ? text : undefined;
  return { origin, ...verdictOf(validation), batches: batchesOf(validation.findings, excerpts, line) };
}

/** A source that was judged, and its text. */
export interface JudgedText extends JudgedBytes {
  /** The path as it was given; `-` for standard input. */
  readonly source: string;
}

/** Bytes that were judged. */
interface JudgedBytes {
  /** As far as it can be read as UTF-8. */
  readonly text: string;
  readonly validation: Validation;
}

/**
 * Reads one document and judges it.
 *
 * @param source - the path of a file, or `-` for standard input
 * @throws {UnreadableSourceError} where there is nothing to judge
 */
export async function judgeSource(
  source: string,
  stdin: NodeJS.ReadableStream,
  options: ValidateTextOptions,
): Promise<JudgedText> {
  const bytes = await readAll(source === '-' ? stdin : openFile(source));
  return { source, ...judgeBytes(bytes, options) };
}

/**
 * Reads a stream to its end.
 *
 * @throws {UnreadableSourceError} where it fails, or brings more than a text can hold
 */
export async function readAll(stream: NodeJS.ReadableStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      length += bytes.length;
      if (length > constants.MAX_STRING_LENGTH) throw tooLong();
      chunks.push(bytes);
    }
  } catch (error) {
    throw unreadable(error);
  }
  return Buffer.concat(chunks);
}

/** That a source is longer than any text can be. */
export function tooLong(): UnreadableSourceError {
  return new UnreadableSourceError(
    `it has more than ${constants.MAX_STRING_LENGTH} bytes, which are more than one text can hold; split the document`,
  );
}

/** Says why a source cannot be read. */
export function unreadable(error: unknown): UnreadableSourceError {
  if (error instanceof UnreadableSourceError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const reason = REASONS.get(code) ?? `reading it failed (${code}); write the path of another file`;
  return new UnreadableSourceError(reason, { cause: error });
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file; write the path of one, or - for standard input'],
  ['ENOTDIR', 'a part of the path is no folder; write the path of a file'],
  ['EISDIR', 'it is a folder; write the paths of the files in it'],
  ['EACCES', 'it may not be read; ask for the permission to, or write another path'],
  ['EPERM', 'it may not be read; ask for the permission to, or write another path'],
  ['ELOOP', 'its symbolic links lead in a circle; write the path of a file'],
  ['ERR_INVALID_ARG_VALUE', 'no path may hold a null character; write the path of a file'],
]);

/** Opens a file for reading; what is wrong with the path is thrown where it is read. */
export function openFile(path: string, highWaterMark?: number): NodeJS.ReadableStream {
  try {
    return createReadStream(path, { ...(highWaterMark !== undefined && { highWaterMark }) });
  } catch (error) {
    throw unreadable(error);
  }
}

/** Judges bytes: a document, if they are UTF-8, and what is wrong with them if not. */
export function judgeBytes(bytes: Uint8Array, options: ValidateTextOptions): JudgedBytes {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return judgeInvalidUtf8(bytes, options);
  }
  return { text, validation: validateText(text, options) };
}

/** A byte order mark is left in: it is something to be said of the document. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Judges bytes that are no text, by the text in front of the first byte that is at fault. */
function judgeInvalidUtf8(bytes: Uint8Array, { dialect }: ValidateTextOptions): JudgedBytes {
  const { byte, before } = findInvalidUtf8(bytes) ?? { byte: 0, before: '' };
  const { line, column } = positionsIn(before)(before.length);
  const found = `0x${(bytes[byte] ?? 0).toString(16).padStart(2, '0')}`;
  const message = `byte ${byte + 1} of the document, ${found}, is no part of UTF-8; save the document as UTF-8`;
  const see = 'RFC 8259, section 8.1';
  return {
    text: before,
    validation: {
      element: undefined,
      dialect: dialect === undefined || dialect === 'auto' ? DEFAULT_DIALECT : dialect,
      valid: false,
      findings: [{ rule: 'invalid-utf8', level: 'error', pointer: '', line, column, message, see }],
    },
  };
}

/** Counts what there is to say. */
export function verdictOf({ element, dialect, valid, findings }: Validation): Verdict {
  let errors = 0;
  let warnings = 0;
  for (const { level } of findings) {
    if (level === 'error') errors += 1;
    else if (level === 'warning') warnings += 1;
  }
  return { element, dialect, valid, errors, warnings, findings: findings.length };
}

/**
 * Hands out findings some at a time.
 *
 * @param text - what to cut excerpts from; none are cut without it
 * @param line - of the file, where the document is one line of it
 */
export function* batchesOf(
  findings: readonly Finding[],
  text: string | undefined,
  line: number | undefined,
): Generator<FindingBatch> {
  const excerptOf = text === undefined ? undefined : excerptsOf(text);
  for (let at = 0; at < findings.length; at += BATCH) {
    const batch = findings.slice(at, at + BATCH);
    yield {
      findings: line === undefined ? batch : batch.map((finding) => ({ ...finding, line })),
      excerpts: excerptOf === undefined ? [] : batch.map(excerptOf),
    };
  }
}

/**
 * Cuts out what findings point at. Findings in the order of the text cost one pass over it together.
 *
 * @returns a function from a finding to its excerpt
 */
function excerptsOf(text: string): (finding: Finding) => Excerpt {
  const lineEnd = /\r\n|\n|\r/g;
  let line = 1;
  let start = 0;
  return ({ line: wanted = 1, column = 1 }) => {
    if (wanted < line) {
      line = 1;
      start = 0;
    }
    lineEnd.lastIndex = start;
    for (; line < wanted && lineEnd.test(text); line += 1) start = lineEnd.lastIndex;
    return excerptAround(text, start, start + column - 1);
  };
}

/** A part of the line that begins at `lineStart`, with the offset in it. */
function excerptAround(text: string, lineStart: number, offset: number): Excerpt {
  // Beyond what can be shown, it does not matter where the line ends.
  const rest = text.slice(offset, offset + WIDTH + 1);
  const lineRest = /^[^\r\n]*/.exec(rest)?.[0] ?? '';
  const lineEnd = offset + lineRest.length;
  const start = Math.max(lineStart, Math.min(offset - WIDTH / 2, lineEnd - WIDTH));
  const end = Math.min(lineEnd, start + WIDTH);
  const left = (start > lineStart ? '…' : '') + sanitizeForTerminal(text.slice(start, offset));
  const right = sanitizeForTerminal(text.slice(offset, end)) + (end < lineEnd ? '…' : '');
  return { text: left + right, before: Array.from(left).length };
}

/** How many characters of a line are shown, at most. */
const WIDTH = 100;

/** How many findings a batch has at most. */
const BATCH = 1000;

/** Thrown where a source cannot be read; the message says why, and what to write instead. */
export class UnreadableSourceError extends Error {
  override readonly name = 'UnreadableSourceError';
  readonly code = 'SHOJI_UNREADABLE_SOURCE';
}

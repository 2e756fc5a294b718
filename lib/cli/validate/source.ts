import { constants } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { DEFAULT_DIALECT } from '../../protocol/dialects/detect-dialect.js';
import { positionsIn } from '../../protocol/json/locate.js';
import { findInvalidUtf8 } from '../../protocol/json/utf8.js';
import { validateText } from '../../protocol/validate.js';
import type { Validation, ValidateTextOptions } from '../../protocol/validate.js';

/** What became of one source. */
export interface Judgement {
  /** The path as it was given; `-` for standard input. */
  readonly source: string;
  readonly validation: Validation;
}

/** A text that was judged. */
export interface JudgedBytes {
  /** As far as it can be read as UTF-8. */
  readonly text: string;
  readonly validation: Validation;
}

/** What became of one source, and the text to show it in. */
export interface JudgedText extends Judgement, JudgedBytes {}

/** Thrown where a source cannot be read; the message says why, and what to write instead. */
export class UnreadableSourceError extends Error {
  override readonly name = 'UnreadableSource';
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

/** Opens a file for reading; what is wrong with the path is thrown where it is read. */
export function openFile(path: string, highWaterMark?: number): NodeJS.ReadableStream {
  try {
    return createReadStream(path, { ...(highWaterMark !== undefined && { highWaterMark }) });
  } catch (error) {
    throw unreadable(error);
  }
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

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file; write the path of one, or - for standard input'],
  ['ENOTDIR', 'a part of the path is no folder; write the path of a file'],
  ['EISDIR', 'it is a folder; write the paths of the files in it'],
  ['EACCES', 'it may not be read; ask for the permission to, or write another path'],
  ['EPERM', 'it may not be read; ask for the permission to, or write another path'],
  ['ELOOP', 'its symbolic links lead in a circle; write the path of a file'],
  ['ERR_INVALID_ARG_VALUE', 'no path may hold a null character; write the path of a file'],
]);

/** Says why a source cannot be read. */
export function unreadable(error: unknown): UnreadableSourceError {
  if (error instanceof UnreadableSourceError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const reason = REASONS.get(code) ?? `reading it failed (${code}); write the path of another file`;
  return new UnreadableSourceError(reason, { cause: error });
}

/** A byte order mark is left in: it is something to be said of the document. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

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

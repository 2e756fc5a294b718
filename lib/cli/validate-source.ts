import { constants } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { positionsIn } from '../protocol/json/position.js';
import { decodeUtf8, findInvalidUtf8 } from '../protocol/json.js';
import { validateText, type Validation, type ValidateTextOptions } from '../protocol/validate.js';

/** What became of one source. */
export interface Judgement {
  /** The path as it was given; `-` for standard input. */
  readonly source: string;
  readonly validation: Validation;
}

/** What became of one source, and the text to show it in. */
export interface JudgedText extends Judgement {
  /** As far as it can be read as UTF-8. */
  readonly text: string;
}

/** Thrown where a source cannot be read; the message says why, and what to write instead. */
export class UnreadableSource extends Error {
  override readonly name = 'UnreadableSource';
}

/**
 * Reads one document and judges it.
 *
 * @param source - the path of a file, or `-` for standard input
 * @throws {UnreadableSource} where there is nothing to judge
 */
export async function judgeSource(
  source: string,
  stdin: NodeJS.ReadableStream,
  options: ValidateTextOptions,
): Promise<JudgedText> {
  const bytes = await readBytes(source, stdin);
  const text = decodeUtf8(bytes);
  if (text !== undefined) return { source, text, validation: validateText(text, options) };
  return { source, ...judgeInvalidUtf8(bytes, options) };
}

async function readBytes(source: string, stdin: NodeJS.ReadableStream): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = source === '-' ? await readAll(stdin) : await readFile(source);
  } catch (error) {
    throw new UnreadableSource(reasonOf(error), { cause: error });
  }
  if (bytes.length > constants.MAX_STRING_LENGTH) {
    throw new UnreadableSource(`${bytes.length} bytes are more than one text can hold; split the document`);
  }
  return bytes;
}

async function readAll(stream: NodeJS.ReadableStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file; write the path of one, or - for standard input'],
  ['ENOTDIR', 'a part of the path is no folder; write the path of a file'],
  ['EISDIR', 'it is a folder; write the paths of the files in it'],
  ['EACCES', 'it may not be read; ask for the permission to, or write another path'],
  ['ERR_FS_FILE_TOO_LARGE', 'it is too large to be read at once; split the document'],
  ['ERR_INVALID_ARG_VALUE', 'no path may hold a null character; write the path of a file'],
]);

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return REASONS.get(code) ?? `reading it failed (${code}); write the path of another file`;
}

/** Judges bytes that are no text, by the text in front of the first byte that is at fault. */
function judgeInvalidUtf8(
  bytes: Uint8Array,
  { dialect = 'draft-02' }: ValidateTextOptions,
): Pick<JudgedText, 'text' | 'validation'> {
  const { byte, before } = findInvalidUtf8(bytes) ?? { byte: 0, before: '' };
  const { line, column } = positionsIn(before)(before.length);
  const found = `0x${(bytes[byte] ?? 0).toString(16).padStart(2, '0')}`;
  const message = `byte ${byte + 1} of the document, ${found}, is no part of UTF-8; save the document as UTF-8`;
  const see = 'RFC 8259, section 8.1';
  return {
    text: before,
    validation: {
      element: undefined,
      dialect,
      valid: false,
      findings: [{ rule: 'invalid-utf8', level: 'error', pointer: '', line, column, message, see }],
    },
  };
}

import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { openFile, readAll, unreadable, type UnreadableSourceError } from './judge-document.js';
import type { Origin } from './reporter.js';

/** One piece of what reading brings. */
export type Input =
  | {
      readonly type: 'document';
      readonly origin: Origin;
      /** Until the next piece is asked for. */ readonly bytes: Uint8Array;
      readonly line?: number;
    }
  /** A file that is too large to be judged within this process. */
  | { readonly type: 'large'; readonly origin: Origin; readonly path: string }
  | { readonly type: 'unreadable'; readonly source: string; readonly message: string }
  /** One of the sources, or of the files in a folder, is read to its end. */
  | { readonly type: 'done' };

/** Options of {@link readSources}. */
interface InputOptions {
  readonly stdin: NodeJS.ReadableStream;
  /** Whether each line of whatever source is a document. */
  readonly ndjson: boolean;
  readonly limits: ValidateLimits;
  readonly signal: AbortSignal;
}

/** How much `shoji validate` takes on at once. */
export interface ValidateLimits {
  /** Most bytes of a document that is judged within the process; larger ones have a process of their own. */
  readonly inProcess: number;
  /** Most bytes of a line, where each line is a document. */
  readonly line: number;
  /** Most MiB of heap that a larger document is judged in; what the machine has to give without it. */
  readonly heap?: number;
}

/** The limits that hold on the command line. */
export const VALIDATE_LIMITS: ValidateLimits = { inProcess: 16 * 2 ** 20, line: 64 * 2 ** 20 };

/**
 * Reads sources in their order, and no more of each than has to be held.
 *
 * @returns pieces in groups: those of a group come without waiting, each when it is asked for
 */
export async function* readSources(
  sources: readonly string[],
  options: InputOptions,
): AsyncGenerator<Iterable<Input>> {
  for (const source of sources) {
    if (source === '-') yield* readStream(source, options.stdin, options);
    else if (isUrl(source)) yield* readUrl(source, options);
    else yield* readPath(source, options);
    if (options.signal.aborted) return;
  }
}

async function* readStream(
  source: string,
  stream: NodeJS.ReadableStream,
  options: InputOptions,
): AsyncGenerator<Iterable<Input>> {
  const stop = () => 'destroy' in stream && typeof stream.destroy === 'function' && stream.destroy();
  options.signal.addEventListener('abort', stop);
  try {
    if (isByLine(source, options)) yield* readLines(source, stream, options);
    else yield [{ type: 'document', origin: { source, file: source }, bytes: await readAll(stream) }];
  } catch (error) {
    if (!options.signal.aborted) {
      yield [{ type: 'unreadable', source, message: unreadable(error).message }];
    }
  } finally {
    options.signal.removeEventListener('abort', stop);
  }
  yield [{ type: 'done' }];
}

/** Whether each line is a document: where it was asked for, or the name says so. */
function isByLine(source: string, { ndjson }: InputOptions): boolean {
  return ndjson || /\.(?:ndjson|jsonl)$/i.test(source);
}

async function* readLines(
  file: string,
  chunks: AsyncIterable<Uint8Array | string>,
  { limits }: InputOptions,
): AsyncGenerator<Iterable<Input>> {
  for await (const lines of linesOf(chunks, limits.line)) {
    yield lines.map(({ number, bytes }): Input => {
      const source = `${file}:${number}`;
      return bytes === undefined
        ? { type: 'unreadable', source, message: tooLongLine(limits.line) }
        : { type: 'document', origin: { source, file }, bytes, line: number };
    });
  }
}

function tooLongLine(limit: number): string {
  return `the line is longer than ${limit} bytes; write the document to a file of its own`;
}

/** Whether a source is an IRI to fetch, and no path. */
function isUrl(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

async function* readUrl(iri: string, options: InputOptions): AsyncGenerator<Iterable<Input>> {
  try {
    const { fetchDocument } = await import('./fetch-document.js');
    const { source, bytes } = await fetchDocument(iri, options.signal);
    if (isByLine(source, options)) yield* readLines(source, oneChunk(bytes), options);
    else yield [{ type: 'document', origin: { source, file: source }, bytes }];
  } catch (error) {
    yield [{ type: 'unreadable', source: iri, message: unreadable(error).message }];
  }
  yield [{ type: 'done' }];
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* readPath(path: string, options: InputOptions): AsyncGenerator<Iterable<Input>> {
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch (error) {
    yield [{ type: 'unreadable', source: path, message: unreadable(error).message }, { type: 'done' }];
    return;
  }
  // A pipe or a device is read as a stream, too: it may take its time, and have no end.
  if (stats.isFile() && !isByLine(path, options)) yield readFiles([{ path }], options);
  else if (stats.isDirectory()) yield* readDirectory(path, options);
  else yield* readStream(path, openFile(path, CHUNK_BYTES), options);
}

/** A file in a folder; or a folder or link that could not be followed, and why. */
interface FolderEntry {
  readonly path: string;
  readonly fault?: UnreadableSourceError;
}

/** @param leave - given the first file that is to be read by line, before which it ends */
function* readFiles(
  files: Iterable<FolderEntry>,
  options: InputOptions,
  leave?: (path: string) => void,
): Generator<Input> {
  const { inProcess } = options.limits;
  const iterator = files[Symbol.iterator]();
  for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
    const { path, fault } = next.value;
    if (fault !== undefined) {
      yield { type: 'unreadable', source: path, message: fault.message };
      continue;
    }
    if (leave !== undefined && isByLine(path, options)) return leave(path);
    const origin = { source: path, file: path };
    try {
      const bytes = readRegularFile(path, inProcess);
      yield bytes === undefined ? { type: 'large', origin, path } : { type: 'document', origin, bytes };
    } catch (error) {
      yield { type: 'unreadable', source: path, message: unreadable(error).message };
    }
    yield { type: 'done' };
  }
}

/**
 * Reads a regular file with as few calls to the system as can be, which is what many small files cost.
 *
 * @param limit - most bytes
 * @returns the bytes, until the next call; undefined where there are more than `limit`
 * @throws whatever the system says
 */
function readRegularFile(path: string, limit: number): Uint8Array | undefined {
  const file = openSync(path, 'r');
  try {
    const length = readSync(file, shared, 0, shared.length, 0);
    // A regular file gives less than was asked for at its end only.
    if (length < shared.length) return length > limit ? undefined : shared.subarray(0, length);
    return fstatSync(file).size > limit ? undefined : readFileSync(path);
  } finally {
    closeSync(file);
  }
}

/** Most files fit in, and are read by one call. */
const shared = Buffer.allocUnsafeSlow(65_536);

async function* readDirectory(folder: string, options: InputOptions): AsyncGenerator<Iterable<Input>> {
  const files = walkDirectory(folder);
  // Files come one after the other until one is to be read by line, which waits.
  for (let byLine: string | undefined; ;) {
    yield readFiles(files, options, (path) => (byLine = path));
    if (byLine === undefined) return;
    yield* readStream(byLine, openFile(byLine, CHUNK_BYTES), options);
    byLine = undefined;
  }
}

const CHUNK_BYTES = 2 ** 20;

/** One line, and where it stands; without bytes where it is longer than is read. */
interface Line {
  /** From 1. */
  readonly number: number;
  readonly bytes: Uint8Array | undefined;
}

/**
 * Splits a stream of bytes into lines, holding no more than one of them. Lines that hold nothing but
 * spaces, tabs and carriage returns are left out.
 *
 * @param limit - most bytes of a line
 * @returns the lines that each chunk ends, chunk by chunk
 */
export async function* linesOf(
  stream: AsyncIterable<Uint8Array | string>,
  limit: number,
): AsyncGenerator<readonly Line[]> {
  const splitter = new LineSplitter(limit);
  for await (const chunk of stream) {
    yield splitter.split(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  }
  yield splitter.end();
}

class LineSplitter {
  readonly #limit: number;
  #number = 1;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  split(chunk: Uint8Array): readonly Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      this.#take(chunk.subarray(start, end));
      this.#finish(lines);
      start = end + 1;
    }
    if (start < chunk.length) this.#take(chunk.subarray(start));
    return lines;
  }

  /** The line behind the last line feed. */
  end(): readonly Line[] {
    const lines: Line[] = [];
    this.#finish(lines);
    return lines;
  }

  #take(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length <= this.#limit) this.#parts.push(part);
    else this.#parts = [];
  }

  #finish(lines: Line[]): void {
    const number = this.#number;
    if (this.#length > this.#limit) lines.push({ number, bytes: undefined });
    else if (this.#length > 0) {
      const [first] = this.#parts;
      const bytes = this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts);
      if (!isBlank(bytes)) lines.push({ number, bytes });
    }
    this.#parts = [];
    this.#length = 0;
    this.#number += 1;
  }
}

const LINE_FEED = 0x0a;

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

interface Entry {
  readonly path: string;
  /** Whether it is known to be a file, and no link. */
  readonly isFile: boolean;
}

/**
 * Finds the documents in a folder and in all folders below it, in the order of their names: files named
 * `*.json`, `*.ndjson` and `*.jsonl`. Symbolic links are followed, and each folder is read once, however
 * many links lead to it.
 */
function* walkDirectory(folder: string): Generator<FolderEntry> {
  const visited = new Set<string>();
  const left: Entry[] = [{ path: folder, isFile: false }];
  for (let entry = left.pop(); entry !== undefined; entry = left.pop()) {
    const { path } = entry;
    try {
      // What a folder's listing calls a file is not asked about again: many files make many questions.
      const stats = entry.isFile ? undefined : statSync(path);
      if (stats === undefined || stats.isFile()) yield { path };
      else if (stats.isDirectory() && !visited.has(`${stats.dev}:${stats.ino}`)) {
        visited.add(`${stats.dev}:${stats.ino}`);
        left.push(...entriesOf(path));
      }
    } catch (error) {
      yield { path, fault: unreadable(error) };
    }
  }
}

/** The entries of a folder that are, or may lead to, documents; the last name first. */
function entriesOf(folder: string): readonly Entry[] {
  const within = join(folder, '/');
  const entries: Entry[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = within + entry.name;
    const isFile = entry.isFile();
    if (DOCUMENT.test(entry.name) || (!isFile && isDirectory(path))) entries.push({ path, isFile });
  }
  return entries.toSorted((one, other) => (one.path < other.path ? 1 : -1));
}

const DOCUMENT = /\.(?:json|ndjson|jsonl)$/i;

/** Whether a path leads to a folder; not, where it leads nowhere. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** How many files a source stands for: those in a folder, or itself. */
export function countFiles(source: string): number {
  if (!isDirectory(source)) return 1;
  let count = 0;
  for (const { fault } of walkDirectory(source)) if (fault === undefined) count += 1;
  return count;
}

import { statSync, type Stats } from 'node:fs';
import { readRegularFile } from '../read-file.js';
import { walkDirectory, type Walked } from './directory.js';
import type { ValidateLimits } from './limits.js';
import { linesOf } from './lines.js';
import type { Origin } from './reporter.js';
import { openFile, readAll, unreadable } from './source.js';

/** What reading brings, piece by piece. */
export type Input =
  | {
      readonly type: 'document';
      readonly origin: Origin;
      /** Until the next piece is asked for. */ readonly bytes: Uint8Array;
      readonly line?: number;
    }
  /** A file that is too large to be judged beside others. */
  | { readonly type: 'large'; readonly origin: Origin; readonly path: string }
  | { readonly type: 'unreadable'; readonly source: string; readonly message: string }
  /** One of the sources, or of the files in a folder, is read to its end. */
  | { readonly type: 'done' };

/** What reading depends on. */
export interface InputOptions {
  readonly stdin: NodeJS.ReadableStream;
  /** Whether each line of whatever source is a document. */
  readonly ndjson: boolean;
  readonly limits: ValidateLimits;
  readonly signal: AbortSignal;
}

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

async function* readUrl(iri: string, options: InputOptions): AsyncGenerator<Iterable<Input>> {
  try {
    const { fetchDocument } = await import('./url.js');
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
  else yield* readStream(path, openFile(path, LINES_CHUNK), options);
}

const LINES_CHUNK = 2 ** 20;

async function* readDirectory(folder: string, options: InputOptions): AsyncGenerator<Iterable<Input>> {
  const files = walkDirectory(folder);
  // Files come one after the other until one is to be read by line, which waits.
  for (let byLine: string | undefined; ;) {
    yield readFiles(files, options, (path) => (byLine = path));
    if (byLine === undefined) return;
    yield* readStream(byLine, openFile(byLine, LINES_CHUNK), options);
    byLine = undefined;
  }
}

/** @param leave - given the first file that is to be read by line, before which it ends */
function* readFiles(
  files: Iterable<Walked>,
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

/** Whether each line is a document: where it was asked for, or the name says so. */
function isByLine(source: string, { ndjson }: InputOptions): boolean {
  return ndjson || /\.(?:ndjson|jsonl)$/i.test(source);
}

import { constants } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import {
  batchesOf,
  judgeBytes,
  type JudgeOptions,
  readAll,
  tooLong,
  unreadable,
  UnreadableSourceError,
  type Verdict,
  verdictOf,
} from './judge-document.js';
import type { FindingBatch } from './reporter.js';

/** The document that the process is to judge. */
export interface LargeRequest {
  /** Of a file; what standard input brings without it. */
  readonly path?: string;
  /** Of the file, where the document is one line of it. */
  readonly line?: number;
  readonly options: JudgeOptions;
}

/** The replies of the process: first the verdict, then a batch for each request for more. */
export type LargeReply =
  | { readonly type: 'verdict'; readonly verdict: Verdict }
  | { readonly type: 'batch'; readonly batch: FindingBatch }
  | { readonly type: 'end' }
  | { readonly type: 'unreadable'; readonly message: string };

function answer(message: LargeReply): void {
  process.send?.(message);
}

async function judge({ path, line, options }: LargeRequest): Promise<void> {
  try {
    const bytes = path === undefined ? await readAll(process.stdin) : readFile(path);
    const { text, validation } = judgeBytes(bytes, options);
    const batches = batchesOf(validation.findings, options.excerpts ? text : undefined, line);
    process.on('message', () => {
      const next = batches.next();
      answer(next.done === true ? { type: 'end' } : { type: 'batch', batch: next.value });
    });
    answer({ type: 'verdict', verdict: verdictOf(validation) });
  } catch (error) {
    answer({ type: 'unreadable', message: messageOf(error) });
  }
}

function readFile(path: string): Uint8Array {
  try {
    if (statSync(path).size > constants.MAX_STRING_LENGTH) throw tooLong();
    return readFileSync(path);
  } catch (error) {
    throw unreadable(error);
  }
}

function messageOf(error: unknown): string {
  if (error instanceof UnreadableSourceError) return error.message;
  // The engine says so where a collection or a string would grow beyond what it can hold.
  if (error instanceof RangeError)
    return `it is more than can be held (${error.message}); split the document`;
  throw error;
}

process.once('message', (task) => void judge(task as LargeRequest));

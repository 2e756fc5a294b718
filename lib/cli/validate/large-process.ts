import { constants } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import type { FindingBatch } from './reporter.js';
import {
  batchesOf,
  verdictOf,
  judgeBytes,
  readAll,
  tooLong,
  unreadable,
  UnreadableSourceError,
} from './judge-document.js';
import type { JudgeOptions, Verdict } from './judge-document.js';

/** What the process is asked to judge. */
export interface LargeTask {
  /** Of a file; what standard input brings without it. */
  readonly path?: string;
  /** Of the file, where the document is one line of it. */
  readonly line?: number;
  readonly options: JudgeOptions;
}

/** What the process answers: first the verdict, then a batch each time that it is asked for more. */
export type LargeAnswer =
  | { readonly type: 'verdict'; readonly verdict: Verdict }
  | { readonly type: 'batch'; readonly batch: FindingBatch }
  | { readonly type: 'end' }
  | { readonly type: 'unreadable'; readonly message: string };

function answer(message: LargeAnswer): void {
  process.send?.(message);
}

async function judge({ path, line, options }: LargeTask): Promise<void> {
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

process.once('message', (task) => void judge(task as LargeTask));

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { freemem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { UnreadableSourceError } from './judge-document.js';
import type { LargeReply, LargeRequest } from './large-process.js';
import type { FindingBatch, JudgedDocument, Origin } from './reporter.js';

/**
 * Judges a large document in a process of its own: where the engine runs out of memory it ends the whole
 * process, and no thread within it can hinder that.
 *
 * @param bytes - the document, where `task` names no file
 * @param heap - most MiB of heap; half of what the machine has to give by default, and 8,192 at most
 * @throws {UnreadableSourceError} where it cannot be read, or needs more memory than that
 */
export async function judgeLarge(
  task: LargeRequest,
  origin: Origin,
  bytes?: Uint8Array,
  heap: number = Math.min(MAX_HEAP, Math.floor(readAvailableMemory() / 2)),
): Promise<JudgedDocument> {
  const child = fork(fileURLToPath(new URL('large-process.js', import.meta.url)), {
    // What is read lives to the end: a larger nursery spares it most of the moves before it is settled.
    execArgv: [`--max-old-space-size=${heap}`, '--max-semi-space-size=128'],
    serialization: 'advanced',
    // What the engine prints when it runs out of memory is for its own developers.
    stdio: ['pipe', 'ignore', 'ignore', 'ipc'],
  });
  const receive = receiveReplies(child, heap);
  child.send(task);
  // That the process ended while it read is told by the answer that does not come.
  child.stdin?.on('error', () => {}).end(bytes);
  const first = await receive();
  if (first.type === 'verdict' && first.verdict.findings > 0) {
    return { origin, ...first.verdict, batches: batches(child, receive) };
  }
  // It waits for a request that will not come.
  child.kill();
  if (first.type === 'verdict') return { origin, ...first.verdict, batches: [] };
  throw new UnreadableSourceError(first.type === 'unreadable' ? first.message : 'it was not judged');
}

/** Most MiB of heap that a large document is judged in, however much memory there is. */
const MAX_HEAP = 8192;

/** How much memory the machine, or the container that the process is in, has left to give, in MiB. */
export function readAvailableMemory(): number {
  const limit = process.constrainedMemory();
  const free = freemem();
  // Without a container the limit is 0, or a number beyond all memory.
  const left = limit > 0 ? Math.min(free, limit - process.memoryUsage.rss()) : free;
  return Math.max(Math.floor(left / MIB), 512);
}

const MIB = 2 ** 20;

/** Waits for one answer after the other. */
function receiveReplies(child: ChildProcess, heap: number): () => Promise<LargeReply> {
  const ended = once(child, 'exit').then((): never => {
    throw new UnreadableSourceError(
      `it needs more than ${heap} MiB of memory to be judged; split the document`,
    );
  });
  ended.catch(() => {});
  return async () => {
    const answered = once(child, 'message').then(([answer]) => answer as LargeReply);
    return Promise.race([answered, ended]);
  };
}

async function* batches(
  child: ChildProcess,
  receive: () => Promise<LargeReply>,
): AsyncGenerator<FindingBatch> {
  try {
    while (true) {
      child.send('more');
      const answer = await receive();
      if (answer.type !== 'batch') return;
      yield answer.batch;
    }
  } finally {
    child.kill();
  }
}

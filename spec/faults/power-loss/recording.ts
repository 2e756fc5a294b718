import { readFile } from 'node:fs/promises';
import type { DiskEvent } from './disk.js';
import { argumentsOf, pathOf, textOf } from './strace-text.js';

/** What a server did that matters when the power fails, in the order in which it did it. */
export type RecordedEvent = DiskEvent | { readonly kind: 'acknowledgement'; readonly nonce: string };

const CALLS = 'openat,pwrite64,write,writev,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,fallocate';

/**
 * What to put before a command to have its system calls recorded. The tracer is a process beside it, so that
 * the one that is started is the command itself.
 */
export function recorder(log: string): readonly string[] {
  const options = ['-D', '-f', '--seccomp-bpf', '-y', '-xx', '-s', '1000000'];
  return ['strace', ...options, '-o', log, '-e', `trace=${CALLS}`];
}

/**
 * Reads what strace has recorded.
 *
 * @param folder - only what was done to files in this folder counts
 */
export async function readRecording(log: string, folder: string): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  /** Calls that are not over yet, by the thread that makes them. */
  const begun = new Map<string, string>();
  for (const line of (await readFile(log, 'latin1')).split('\n')) {
    const [, thread = '', call = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const unfinished = /^(.*?) *<unfinished \.\.\.>$/s.exec(call)?.[1];
    if (unfinished !== undefined) {
      begun.set(thread, unfinished);
      events.push(...beginningsOf(unfinished, folder));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/s.exec(call)?.[1];
    const whole = resumed === undefined ? call : (begun.get(thread) ?? '') + resumed;
    events.push(...eventsOf(whole, folder));
    // Those of a call that is resumed were seen when it began.
    if (resumed === undefined) events.push(...acknowledgementsIn(whole));
    begun.delete(thread);
  }
  return events;
}

/** What counts of a call before it is over. */
function beginningsOf(call: string, folder: string): RecordedEvent[] {
  // The answer may arrive before the thread that sends it goes on.
  const acknowledgements = acknowledgementsIn(call);
  if (acknowledgements.length > 0) return acknowledgements;
  const path = /^f(?:data)?sync\(/.test(call) ? pathOf(call) : undefined;
  return path !== undefined && isWithin(path, folder) ? [{ kind: 'sync-begin', path }] : [];
}

function eventsOf(call: string, folder: string): RecordedEvent[] {
  const [, name = '', rest = ''] = /^(\w+)\((.*)$/s.exec(call) ?? [];
  const path = name === 'openat' || name.startsWith('unlink') ? namedPath(rest) : pathOf(call);
  if (path === undefined || !isWithin(path, folder)) return [];
  const result = / = (-?\d+)/.exec(rest.slice(rest.lastIndexOf(')')))?.[1];
  if (result === undefined || result.startsWith('-')) return [];
  const [, second = '', third = '', fourth = ''] = argumentsOf(rest);
  switch (name) {
    case 'openat': {
      const events: RecordedEvent[] = third.includes('O_CREAT') ? [{ kind: 'create', path }] : [];
      if (third.includes('O_TRUNC')) events.push({ kind: 'truncate', path, size: 0 });
      return events;
    }
    case 'pwrite64':
      return [
        { kind: 'write', path, offset: Number(fourth), data: textOf(second).subarray(0, Number(result)) },
      ];
    case 'ftruncate':
      return [{ kind: 'truncate', path, size: Number(second) }];
    case 'fsync':
    case 'fdatasync':
      return [{ kind: 'sync', path }];
    case 'unlink':
    case 'unlinkat':
      return [{ kind: 'unlink', path }];
    default:
      throw new Error(`what ${name} does to ${path} is not known here`);
  }
}

/** The name of the field by which an answer tells its request, as strace shows it. */
const NONCE = Buffer.from('X-Nonce').toString('hex').replaceAll(/../g, '\\x$&');

/** Answers that say that a write was carried out, seen where they leave for the client. */
function acknowledgementsIn(call: string): RecordedEvent[] {
  if (!/^writev?\(/.test(call) || !call.includes(NONCE)) return [];
  const sent = [...call.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([quoted]) =>
    textOf(quoted).toString('latin1'),
  );
  const answers = sent.join('').matchAll(/HTTP\/1\.1 2\d\d [^]*?\r\nX-Nonce: (\w+)\r\n/g);
  return Array.from(answers, ([, nonce = '']) => ({ kind: 'acknowledgement', nonce }));
}

function namedPath(rest: string): string | undefined {
  const quoted = /"((?:\\x[0-9a-f]{2})*)"/.exec(rest)?.[0];
  return quoted === undefined ? undefined : textOf(quoted).toString('utf8');
}

function isWithin(path: string, folder: string): boolean {
  // The index of a write-ahead log is memory that processes share, and made anew after power loss.
  return (path === folder || path.startsWith(`${folder}/`)) && !path.endsWith('-shm');
}

import { PassThrough, Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import type { CommandIo } from '../../lib/cli/command-io.js';

/** What a run of a command came to. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command over real streams. */
export async function runCommand(
  command: (io: CommandIo) => Promise<number>,
  input: string | Uint8Array | Readable = '',
): Promise<Run> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const written = Promise.all([textOf(stdout), textOf(stderr)]);
  const stdin = input instanceof Readable ? input : Readable.from([Buffer.from(input)]);
  const code = await command({ stdin, stdout, stderr });
  stdout.end();
  stderr.end();
  const [out, err] = await written;
  return { code, stdout: out, stderr: err };
}

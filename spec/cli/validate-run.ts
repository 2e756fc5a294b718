import { PassThrough, Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { validateCommand } from '../../lib/cli/validate.js';
import type { ValidateLimits } from '../../lib/cli/validate/limits.js';

/** What a run of the command came to. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command over real streams. */
export async function run(
  args: readonly string[],
  input: string | Uint8Array | Readable = '',
  limits?: ValidateLimits,
): Promise<Run> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const written = Promise.all([textOf(stdout), textOf(stderr)]);
  const stdin = input instanceof Readable ? input : Readable.from([Buffer.from(input)]);
  const code = await validateCommand(args, { stdin, stdout, stderr }, limits);
  stdout.end();
  stderr.end();
  const [out, err] = await written;
  return { code, stdout: out, stderr: err };
}

import type { Readable } from 'node:stream';
import type { ValidateLimits } from '../../lib/cli/validate/read-sources.js';
import { validateCommand } from '../../lib/cli/validate/validate-command.js';
import { type Run, runCommand } from './run-command.js';

/** Runs `shoji validate` over real streams. */
export function run(
  args: readonly string[],
  input: string | Uint8Array | Readable = '',
  limits?: ValidateLimits,
): Promise<Run> {
  return runCommand((io) => validateCommand(args, io, limits), input);
}

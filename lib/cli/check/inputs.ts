import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { CheckOptions } from '../../check/options.js';
import type { Json } from '../../protocol/documents.js';
import type { CheckCommand } from './arguments.js';
import { UsageError } from '../usage.js';

/**
 * Reads what a command names files for.
 *
 * @throws {UsageError} where one cannot be read, or does not hold what it should
 */
export async function readInputs(
  command: CheckCommand,
  stdin: NodeJS.ReadableStream,
): Promise<Pick<CheckOptions, 'known' | 'write'>> {
  const { known, write, writeBody } = command;
  return {
    ...(known !== undefined && { known: await readKnown(known, stdin) }),
    ...(write !== undefined && {
      write: { catalog: write, ...(writeBody !== undefined && { body: await readBody(writeBody) }) },
    }),
  };
}

async function readKnown(file: string, stdin: NodeJS.ReadableStream): Promise<readonly string[]> {
  const lines = file === '-' ? await text(stdin) : await read('--known', file);
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

async function readBody(given: string): Promise<Readonly<Record<string, Json>>> {
  const json = given.startsWith('@') ? await read('--write-body', given.slice(1)) : given;
  let body: unknown;
  try {
    body = JSON.parse(json);
  } catch (error) {
    throw new UsageError(`--write-body is no JSON (${(error as Error).message}); write an object, or @FILE`, {
      cause: error,
    });
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, Json>;
  throw new UsageError('--write-body is JSON, but no object; write the body of an entity, {"name": "value"}');
}

async function read(option: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new UsageError(
      `${option} names ${file}, which cannot be read (${code}); write the path of a file`,
      {
        cause: error,
      },
    );
  }
}

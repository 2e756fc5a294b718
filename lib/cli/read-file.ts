import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';

/** Most files fit in, and are read by one call. */
const shared = Buffer.allocUnsafeSlow(65_536);

/**
 * Reads a regular file with as few calls to the system as can be, which is what many small files cost.
 *
 * @param limit - most bytes
 * @returns the bytes, until the next call; undefined where there are more than `limit`
 * @throws whatever the system says
 */
export function readRegularFile(path: string, limit: number): Uint8Array | undefined {
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

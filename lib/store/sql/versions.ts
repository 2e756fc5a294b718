import { randomBytes } from 'node:crypto';

/** 96 bits: no two writes ever draw the same, in this process or any other, before a backup or after. */
const BYTES = 12;
/** The kernel is asked for random bits once for so many versions. */
const DRAWN = 256;

let pool = Buffer.alloc(0);
let used = 0;

/** A version that was never given before: 16 characters that an entity tag holds as they are. */
export function newVersion(): string {
  if (used === pool.length) {
    pool = randomBytes(BYTES * DRAWN);
    used = 0;
  }
  used += BYTES;
  return pool.toString('base64url', used - BYTES, used);
}

import type { Answer } from '../exchange.js';
import { readHttpDate } from './http-date.js';

/**
 * As long as another change can come within the same second, a server does well not to take the date for more
 * than it says: it may send an earlier one, and another one a moment later (RFC 9110, section 8.8.2.2). In
 * milliseconds.
 */
const FRESH = 2000;

/** Whether an answer says that its resource was changed so shortly before that it may yet say otherwise. */
export function isJustModified({ headers }: Answer): boolean {
  const modified = readHttpDate(headers.get('last-modified') ?? '');
  const now = readHttpDate(headers.get('date') ?? '') ?? Date.now();
  return modified !== undefined && now - modified < FRESH;
}

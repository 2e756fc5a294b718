import { createHash } from 'node:crypto';

export const COUNTERS: readonly string[] = ['a', 'b'];
export const PAIR: readonly string[] = ['left', 'right'];
export const ACCOUNTS: readonly string[] = Array.from({ length: 12 }, (_, i) => `account-${i}`);
export const OPENING_BALANCE = 1000;

/** The digest that stands beside a text, to tell whether it is whole. */
export function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A body as clients send it. */
export function entityDocument(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { element: 'shoji:entity', body };
}

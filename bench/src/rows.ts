// What the contestants have in common that keep users in a table of their own.
import type { IncomingMessage } from 'node:http';
import { FRAGMENTS, dateText } from './users.js';

export interface UserRow {
  /** JSON. */
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly updated: number;
}

const FRAGMENTS_TEXT = JSON.stringify(FRAGMENTS);

/** The id in `/users/1/`. */
export function idIn(path: string): number {
  return Number(path.slice('/users/'.length, -1));
}

/** The entity, its body as the text that the row holds. */
export function rowDocument(id: number, { body, updated }: UserRow): string {
  const head = `{"element":"shoji:entity","self":"/users/${id}/","updated":"${dateText(new Date(updated))}"`;
  return `${head},"fragments":${FRAGMENTS_TEXT},"body":${body}}`;
}

/** The body of the entity that is sent. */
export async function bodyOf(req: IncomingMessage): Promise<object> {
  let text = '';
  req.setEncoding('utf8');
  for await (const part of req) text += part as string;
  return (JSON.parse(text) as { body: object }).body;
}

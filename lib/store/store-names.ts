import { MemoryStore } from './memory/memory-store.js';
import { withoutSecrets } from './sql/postgres/postgres-options.js';
import { postgresStore, sqliteStore } from './sql/index.js';
import type { Store } from './store.js';

/** Says, for messages, what can be written where a store is named. */
export const STORE_NAMES: string =
  '"memory", a SQLite file ("users.db", "data/users.sqlite", "sqlite:data/users") or the URL of a ' +
  'PostgreSQL database ("postgres://user:password@host/database")';

const MAKERS: readonly (readonly [pattern: RegExp, make: (name: string) => Store])[] = [
  [/^memory$/, () => new MemoryStore()],
  [/^postgres(?:ql)?:\/\//, (url) => postgresStore(url)],
  // Three slashes are those of a URL without a host; of two it cannot be known what they mean.
  [/^sqlite:(?:\/\/\/|(?!\/\/))./s, (name) => sqliteStore(name.replace(/^sqlite:(?:\/\/(?=\/))?/, ''))],
  [/^(?![a-z][a-z\d+.-]+:).*\.(?:db|sqlite3?)$/is, (path) => sqliteStore(path)],
];

/** Tells whether a text names a store. A URL that it begins to be may still turn out to be malformed. */
export function isStoreName(name: string): boolean {
  return MAKERS.some(([pattern]) => pattern.test(name));
}

/**
 * Makes the store that a name stands for; it connects when it is opened.
 *
 * @throws {TypeError} where the name stands for none; its message holds no password
 */
export function storeFromName(name: string): Store {
  const make = MAKERS.find(([pattern]) => pattern.test(name))?.[1];
  if (make !== undefined) return make(name);
  throw new TypeError(`${formatStoreName(name)} names no store; write ${STORE_NAMES}`);
}

/** Writes a name as it can be shown: a URL may hold a password. */
export function formatStoreName(name: string): string {
  return JSON.stringify(withoutSecrets(name));
}

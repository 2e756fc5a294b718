import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needPostgres, sharedPostgres } from '../../postgres.js';

/** A kind of store that the shop runs on. */
export interface StoreKind {
  readonly name: string;
  /** Skips what cannot run here. */
  readonly need: (this: Mocha.Context) => void;
  /** Makes an empty one. */
  readonly create: () => Promise<EmptyStore>;
}

export interface EmptyStore {
  /** What STORE would say. */
  readonly named: string;
  remove(): Promise<void>;
}

const nothing = (): void => undefined;

const memory: StoreKind = {
  name: 'memory',
  need: nothing,
  create: async () => ({ named: 'memory', remove: async () => undefined }),
};

const sqlite: StoreKind = {
  name: 'SQLite',
  need: nothing,
  async create() {
    const folder = await mkdtemp(join(tmpdir(), 'shoji-shop-'));
    return { named: join(folder, 'shop.db'), remove: () => rm(folder, { recursive: true }) };
  },
};

const postgres: StoreKind = {
  name: 'PostgreSQL',
  need: needPostgres,
  async create() {
    const named = await (await sharedPostgres()).database();
    // The server goes with all its databases once the tests are over.
    return { named, remove: async () => undefined };
  },
};

/** Those in which things are still there after the process has ended. */
export const durableKinds: readonly StoreKind[] = [sqlite, postgres];

export const storeKinds: readonly StoreKind[] = [memory, ...durableKinds];

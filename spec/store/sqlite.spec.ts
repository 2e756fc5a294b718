// @slow: writes to the disk, and waits for it
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteEngine } from '../../lib/store/sql/sqlite/sqlite-engine.js';
import { SqlStore } from '../../lib/store/sql/sql-store.js';
import type { Store } from '../../lib/store/store.js';
import { storeContract } from '../../lib/store-contract/index.js';

const directories = new WeakMap<Store, string>();

storeContract({
  name: 'SqlStore on SQLite',
  async open(plans) {
    const directory = await mkdtemp(join(tmpdir(), 'shoji-'));
    const store = new SqlStore(sqliteEngine(join(directory, 'test.db')));
    directories.set(store, directory);
    await store.open(plans);
    return store;
  },
  async close(store) {
    await store.close();
    await rm(directories.get(store) ?? '', { recursive: true, force: true });
  },
});

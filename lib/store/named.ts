import { MemoryStore } from './memory.js';
import type { Store } from './store.js';

const STORES: Readonly<Record<string, () => Store>> = { memory: () => new MemoryStore() };

/** The names of stores that an option or the environment can give. */
export const STORE_NAMES: readonly string[] = Object.keys(STORES);

/**
 * A new store of this name.
 *
 * @throws {TypeError} where there is none of it
 */
export function storeNamed(name: string): Store {
  const make = Object.hasOwn(STORES, name) ? STORES[name] : undefined;
  if (make !== undefined) return make();
  throw new TypeError(
    `there is no store named ${JSON.stringify(name)}; there are: ${STORE_NAMES.join(', ')}`,
  );
}

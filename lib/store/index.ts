export { StoreConflict, type ConflictReason } from './conflict.js';
export { MemoryStore, type MemoryStoreOptions } from './memory.js';
export type {
  Awaitable,
  CatalogPlan,
  Change,
  IdKind,
  Page,
  PageRequest,
  Place,
  PlaceState,
  Selection,
  Store,
  Stored,
  Written,
} from './store.js';

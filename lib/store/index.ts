export { StoreConflict, type ConflictReason } from './conflict.js';
export { StoreUnavailable, type Unavailability } from './unavailable.js';
export { PositionError } from './position.js';
export { MemoryStore, type MemoryStoreOptions } from './memory.js';
export { postgresStore, sqliteStore, type PostgresOptions, type SqliteOptions } from './sql/index.js';
export type {
  Awaitable,
  CatalogPlan,
  Change,
  IdKind,
  MemberPlan,
  MemberType,
  Order,
  Page,
  PageRequest,
  Place,
  PlaceState,
  Reader,
  ReadWriter,
  ReferencePlan,
  Selection,
  SortedSearch,
  Store,
  Stored,
  TablePlan,
  Transaction,
  Written,
} from './store.js';

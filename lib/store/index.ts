export { StoreConflictError, type ConflictReason } from './store-errors.js';
export { StoreUnavailableError, type Unavailability } from './store-errors.js';
export { PositionError } from './store-errors.js';
export { MemoryStore, type MemoryStoreOptions } from './memory/memory-store.js';
export { postgresStore, sqliteStore, type PostgresOptions, type SqliteOptions } from './sql/index.js';
export type {
  Awaitable,
  CollectionPlan,
  Change,
  IdKind,
  MemberPlan,
  MemberType,
  Order,
  Page,
  PageRequest,
  CollectionKey,
  CollectionState,
  Reader,
  ReadWriter,
  ReferencePlan,
  Selection,
  SortedSearch,
  Store,
  StoredEntity,
  TablePlan,
  Transaction,
  ChangeResult,
} from './store.js';

export { StoreConflictError, type ConflictReason } from './conflict.js';
export { StoreUnavailableError, type Unavailability } from './unavailable.js';
export { PositionError } from './position.js';
export { MemoryStore, type MemoryStoreOptions } from './memory.js';
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

export { shoji, type Api } from './shoji.js';
export type { ShojiOptions } from './shoji-options.js';

export { Catalog, type Method } from './resource/resource-classes.js';
export { Entity } from './resource/resource-classes.js';
export { Fragment } from './resource/resource-classes.js';
export { View } from './resource/resource-classes.js';
export { Collection } from './resource/collection.js';
export type {
  CatalogClass,
  EntityClass,
  FragmentClass,
  ResourceClass,
  ViewClass,
} from './resource/resource-classes.js';
export type {
  CreateOptions,
  EntityRecord,
  EntityRef,
  UpdateOptions,
  WriteOptions,
} from './resource/entity-record.js';
export type { FragmentRequest, ResourceRequest, ViewRequest } from './resource/resource-classes.js';
export type { TemplateValues } from './protocol/uri-template/uri-template.js';
export type { LinkName } from './resource/resource-classes.js';
export type { BodyOf, Infer, QueryOf, Schema } from './resource/schema.js';
export { DeclarationError, type DeclarationFinding } from './declaration/declaration-findings.js';

export {
  ProblemError,
  type ProblemDefinition,
  type ErrorDetail,
  type ProblemName,
  type ProblemOptions,
} from './http/problem.js';
export { defineProblem, type ProblemDefinitionOptions } from './declaration/problem-definitions.js';

export {
  createServer,
  drain,
  type Application,
  type DrainOptions,
  type ServerOptions,
} from './server/adapters/node.js';
export { health, type HealthOptions } from './server/adapters/health.js';
export { requestLog, type Logger } from './server/adapters/request-log.js';
export type { Access, Caller, Guard } from './server/access.js';
export type { ApiListener, ListenerOptions } from './server/adapters/node.js';
export type { RouterMiddleware } from './server/adapters/koa.js';

export { MemoryStore, type MemoryStoreOptions } from './store/memory/memory-store.js';
export { StoreConflictError, type ConflictReason } from './store/store-errors.js';
export { PositionError } from './store/store-errors.js';
export { StoreUnavailableError, type Unavailability } from './store/store-errors.js';
export type {
  Awaitable,
  IdKind,
  Order,
  Page,
  PageRequest,
  CollectionKey,
  CollectionState,
  Selection,
  Store,
  StoredEntity,
  Transaction,
} from './store/store.js';

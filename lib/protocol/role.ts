/**
 * In which role a document is sent: by a server (`response`), by a client (`request`), or by a client to change
 * entities of a catalog by a PATCH (`index-patch`). A request with an `index` is a PATCH by it, too, in a dialect
 * whose catalogs have none.
 */
export type Role = 'response' | 'request' | 'index-patch';

/** All roles, the default one first. */
export const ROLES: readonly Role[] = ['response', 'request', 'index-patch'];

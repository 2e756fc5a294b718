/** Who sends a document: a server (`response`) or a client (`request`). */
export type Role = 'response' | 'request';

/** Both roles, the default one first. */
export const ROLES: readonly Role[] = ['response', 'request'];

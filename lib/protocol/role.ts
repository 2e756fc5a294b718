/** Who sends a document: a server (`response`) or a client (`request`). */
export type Role = 'response' | 'request';

/** Where what a rule asks for is written. A decision is one of this project's, where neither draft speaks. */

export const DRAFT_01 = 'Shoji draft 01';
export const DRAFT_02 = 'Shoji draft 02, section 1.1';
export const CRUNCH = 'PROTOCOL.md, Dialects';

/** Decisions of koa-shoji, by the part of PROTOCOL.md that states them. */
export const DOCUMENTS = 'PROTOCOL.md, Documents (decision of koa-shoji)';
export const IRI_MAPS = 'PROTOCOL.md, IRI map (decision of koa-shoji)';
export const IRI_REFERENCES = 'PROTOCOL.md, IRI references (decision of koa-shoji)';
export const DIALECT_CHOICE = 'PROTOCOL.md, Dialects (decision of koa-shoji)';
export const INDEX_PATCH = 'PROTOCOL.md, Methods (decision of koa-shoji)';

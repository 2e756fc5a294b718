export { checkIri } from './iri/check.js';
export type { IriFault } from './iri/check.js';
export { iriToUri, normaliseIri } from './iri/normalise.js';
export { parseIri } from './iri/parts.js';
export type { IriParts } from './iri/parts.js';
export { relativiseIri } from './iri/relativise.js';
export { resolveIri } from './iri/resolve.js';
export { resolveTemplate } from './iri/template.js';

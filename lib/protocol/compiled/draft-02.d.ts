import type { CompiledSchema } from '../dialects/compiled-schema.js';

export const catalog: CompiledSchema;
export const entity: CompiledSchema;
export const value: CompiledSchema;
export const indexPatch: CompiledSchema;

import type { ValidateFunction } from 'ajv';

/** Whether a value is a JSON Schema (2020-12); afterwards, its `errors` say why it is not. */
export const isSchema: ValidateFunction;

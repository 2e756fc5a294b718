import type { ValidateFunction } from 'ajv';
import type { ErrorDetail } from '../http/problem.js';
import { firstErrors, MOST_ERRORS } from '../http/problem.js';
import { problemErrorsOf } from './schema-messages.js';

/** A compiled JSON Schema. */
export class ValueSchema {
  readonly #first: ValidateFunction;
  readonly #compileAll: () => ValidateFunction;
  #all: ValidateFunction | undefined;

  /**
   * @param first - compiled to stop at the first error
   * @param all - compiles it to find all of them
   */
  constructor(first: ValidateFunction, all: () => ValidateFunction) {
    this.#first = first;
    this.#compileAll = all;
  }

  /**
   * @param pointer - where the value stands in its document, as a JSON Pointer
   * @returns what the schema has against the value, the first 20 errors; empty where it accepts it
   */
  errors(value: unknown, pointer = ''): readonly ErrorDetail[] {
    if (this.#first(value)) return [];
    const validate = (this.#all ??= this.#compileAll());
    validate(value);
    return firstErrors(problemErrorsOf(validate.errors ?? [], this.#first.schema, pointer, MOST_ERRORS));
  }
}

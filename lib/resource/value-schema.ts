import type { ValidateFunction } from 'ajv';
import type { ProblemError } from '../http/problem.js';
import { problemErrorsOf } from './schema-messages.js';

/** How many errors of one document are shown. */
const MOST_ERRORS = 20;

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
   * @returns what the schema has against the value, at most 20 errors; empty where it accepts it. Of a
   *   value with very many parts only the first, for finding all would cost more than they are worth.
   */
  errors(value: unknown, pointer = ''): readonly ProblemError[] {
    if (this.#first(value)) return [];
    const validate =
      countParts(value, MOST_PARTS) < MOST_PARTS ? (this.#all ??= this.#compileAll()) : this.#first;
    validate(value);
    return problemErrorsOf(validate.errors ?? [], this.#first.schema, pointer, MOST_ERRORS);
  }
}

/** Values with more parts than this are told their first error only. */
const MOST_PARTS = 10_000;

/** How many values there are within a value, itself included, counted up to a limit. */
function countParts(value: unknown, limit: number): number {
  let count = 0;
  const left: unknown[] = [value];
  while (left.length > 0 && count < limit) {
    const part = left.pop();
    count++;
    if (typeof part === 'object' && part !== null) for (const inner of Object.values(part)) left.push(inner);
  }
  return count;
}

import type { ErrorObject, ValidateFunction } from 'ajv';
import type { ProblemError } from '../http/problem.js';
import { firstErrors, MOST_ERRORS } from '../http/problem.js';
import { formatPointer } from '../protocol/json-pointer.js';
import { excerpt } from '../protocol/json/quote.js';

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
  errors(value: unknown, pointer = ''): readonly ProblemError[] {
    if (this.#first(value)) return [];
    const validate = (this.#all ??= this.#compileAll());
    validate(value);
    return firstErrors(
      (validate.errors ?? []).slice(0, MOST_ERRORS).map((error) => toProblemError(error, pointer)),
    );
  }
}

function toProblemError(error: ErrorObject, root: string): ProblemError {
  const { keyword, params, message = 'is not what the schema describes' } = error;
  const at = `${root}${error.instancePath}`;
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') {
    const name = String(params['additionalProperty'] ?? params['unevaluatedProperty']);
    return {
      pointer: at + formatPointer([name]),
      message: 'is no member that the schema knows',
      rule: keyword,
    };
  }
  if (keyword === 'required') {
    const name = String(params['missingProperty']);
    return { pointer: at + formatPointer([name]), message: 'is required, and missing', rule: keyword };
  }
  const found = `; found ${excerpt(error.data)}`;
  if (keyword === 'enum') {
    const allowed = JSON.stringify(params['allowedValues']);
    return { pointer: at, message: `must be one of ${allowed}${found}`, rule: keyword };
  }
  if (keyword === 'const') {
    return {
      pointer: at,
      message: `must be ${JSON.stringify(params['allowedValue'])}${found}`,
      rule: keyword,
    };
  }
  return { pointer: at, message: `${message}${found}`, rule: keyword };
}

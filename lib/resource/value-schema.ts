import type { ErrorObject, ValidateFunction } from 'ajv';
import type { ProblemError } from '../http/problem.js';
import { formatPointer } from '../protocol/json-pointer.js';

/** How many errors of one document are shown. */
const MOST_ERRORS = 20;

/** How many characters of what was found an error shows. */
const MOST_SHOWN = 60;

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
    return (validate.errors ?? []).slice(0, MOST_ERRORS).map((error) => toProblemError(error, pointer));
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

function toProblemError(error: ErrorObject, root: string): ProblemError {
  const { keyword, params, message = 'is not what the schema describes' } = error;
  const at = `${root}${error.instancePath}`;
  const found = `; found ${excerpt(error.data)}`;
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

/** The beginning of a value, as JSON. */
function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;
}

/** One complaint of a compiled schema. */
export interface SchemaError {
  /** JSON Pointer of the value at fault. */
  readonly instancePath: string;
  /** The keyword of JSON Schema that refused it. */
  readonly keyword: string;
  /** What the keyword asked for. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Set where the error is about a member's name instead of its value. */
  readonly propertyName?: string;
}

/** A JSON Schema, compiled ahead of time to a function; `errors` holds all that its last call found. */
export interface CompiledSchema {
  /** @param maxErrors - once it has found so many in one object or array, it looks no further there; by default at all */
  (document: unknown, options?: { readonly maxErrors: number }): boolean;
  readonly errors?: readonly SchemaError[] | null;
}

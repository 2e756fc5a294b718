import { createRequire } from 'node:module';
import type { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Keywords, Schema } from '../schema.js';
import { ValueSchema } from '../value-schema.js';
import { boundedAjv } from './bounded-ajv.js';
import { isSchema } from './compiled/meta-schema.js';
import type { Findings, Whereabouts } from './findings.js';
import { isPlainPattern } from './plain-pattern.js';

/** The part of recheck that is used; loading it takes longer than all else together, so only APIs that need it do. */
interface Recheck {
  checkSync(
    pattern: string,
    flags: string,
    options: { readonly timeout: number },
  ): { readonly status: string; readonly complexity?: { readonly summary: string } };
}

const require = createRequire(import.meta.url);

const META_SCHEMA = 'https://json-schema.org/draft/2020-12/schema';

/** How long one pattern may be looked at, in milliseconds; what is not settled by then is refused. */
const PATTERN_TIMEOUT = 10_000;

/** Compiles the schemas of one API's declarations, and finds what is wrong with them. */
export class SchemaCompiler {
  readonly #findings: Findings;
  readonly #first: Ajv2020;
  #all: Ajv2020 | undefined;
  readonly #verdicts = new Map<string, string | undefined>();

  constructor(findings: Findings) {
    this.#findings = findings;
    this.#first = newAjv(false);
  }

  /** @returns the schema, compiled; undefined where there are findings instead */
  compile(schema: Schema, where: Whereabouts): ValueSchema | undefined {
    let safe = true;
    for (const { pattern, pointer } of patternsIn(schema, '')) {
      const verdict = this.#verdictOn(pattern);
      if (verdict === undefined) continue;
      safe = false;
      this.#findings.add(where, `the pattern /${pattern}/ at ${pointer} ${verdict}`);
    }
    if (!safe) return undefined;
    try {
      this.#check(schema);
      return new ValueSchema(this.#first.compile(schema), () => (this.#all ??= newAjv(true)).compile(schema));
    } catch (error) {
      this.#findings.add(
        where,
        `is no JSON Schema (2020-12) that can be compiled: ${(error as Error).message}`,
      );
      return undefined;
    }
  }

  /** @throws where the meta-schema does not accept the schema */
  #check(schema: Schema): void {
    const { $schema = META_SCHEMA } = schema as Keywords;
    // Any other dialect is Ajv's to refuse.
    if ($schema !== META_SCHEMA) void this.#first.validateSchema(schema, true);
    else if (!isSchema(schema))
      throw new Error(`schema is invalid: ${this.#first.errorsText(isSchema.errors)}`);
  }

  #verdictOn(pattern: string): string | undefined {
    if (!this.#verdicts.has(pattern)) this.#verdicts.set(pattern, judge(pattern));
    return this.#verdicts.get(pattern);
  }
}

function newAjv(allErrors: boolean): Ajv2020 {
  const ajv = boundedAjv(allErrors);
  addFormats.default(ajv);
  return ajv;
}

function judge(pattern: string): string | undefined {
  try {
    void new RegExp(pattern, 'u');
  } catch (error) {
    return `is no regular expression: ${(error as Error).message}`;
  }
  if (isPlainPattern(pattern)) return undefined;
  // The build of recheck that runs in this process; its main build starts a worker or a native program.
  const recheck = require('recheck/lib/browser.js') as Recheck;
  const { status, complexity } = recheck.checkSync(pattern, 'u', { timeout: PATTERN_TIMEOUT });
  if (status === 'safe') return undefined;
  const found =
    status === 'vulnerable' ? `(${complexity?.summary ?? 'super-linear'})` : '(it could not be proved safe)';
  return `can backtrack without bound ${found}, so that one request could stop the server; make its parts exclude each other, anchor it with ^, or bound its repetitions`;
}

/** All regular expressions of a schema, with where they stand. */
function* patternsIn(schema: unknown, pointer: string): Generator<{ pattern: string; pointer: string }> {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [keyword, value] of Object.entries(schema)) {
    const at = `${pointer}/${keyword}`;
    // Data, in which a member named `pattern` is no keyword.
    if (keyword === 'const' || keyword === 'enum' || keyword === 'default' || keyword === 'examples')
      continue;
    if (keyword === 'pattern' && typeof value === 'string') yield { pattern: value, pointer: at };
    else if (keyword === 'patternProperties' && typeof value === 'object' && value !== null) {
      for (const pattern of Object.keys(value)) yield { pattern, pointer: at };
      yield* patternsInMembers(value, at);
    } else if (keyword === 'properties' || keyword === '$defs' || keyword === 'dependentSchemas') {
      yield* patternsInMembers(value, at);
    } else yield* patternsIn(value, at);
  }
}

function* patternsInMembers(
  schemas: unknown,
  pointer: string,
): Generator<{ pattern: string; pointer: string }> {
  if (typeof schemas !== 'object' || schemas === null) return;
  for (const [name, schema] of Object.entries(schemas)) yield* patternsIn(schema, `${pointer}/${name}`);
}

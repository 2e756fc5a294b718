import { createRequire } from 'node:module';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { defaultsIn, withDefaults } from '../defaults.js';
import { toJsonText } from '../json-text.js';
import { isKeywords } from '../schema.js';
import type { Keywords, Schema } from '../schema.js';
import { ValueSchema } from '../value-schema.js';
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
    for (const pointer of unboundedComparisons(schema, '')) {
      safe = false;
      this.#findings.add(
        where,
        `uniqueItems at ${pointer} compares every item with every other, so that one request could stop the server; give the items a scalar type, or bound them by maxItems (at most ${MOST_COMPARED})`,
      );
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

  /**
   * Finds defaults that nothing applies, and those that their own schema refuses.
   *
   * @param schema - one that was compiled
   */
  checkDefaults(schema: Keywords, where: Whereabouts): void {
    let ajv: Ajv2020 | undefined;
    const { $id = 'urn:declared:schema' } = schema;
    for (const { pointer, schema: part, isApplied } of defaultsIn(schema)) {
      const at = `the default at ${pointer === '' ? 'its root' : pointer}`;
      if (!isApplied) {
        this.#findings.add(
          where,
          `${at} is applied by nothing; defaults are of members of objects, and not of alternatives, items or what a $ref leads to`,
        );
        continue;
      }
      try {
        const value: unknown = JSON.parse(toJsonText(part['default']));
        ajv ??= newAjv(false).addSchema(schema, String($id));
        const accepts = ajv.compile({ $ref: `${String($id)}#${encodeURI(pointer)}` });
        if (accepts(withDefaults(part, value))) continue;
        this.#findings.add(
          where,
          `${at} breaks its own schema: it ${ajv.errorsText(accepts.errors, { dataVar: '' }).trim()}`,
        );
      } catch (error) {
        this.#findings.add(where, `${at} is no value that could be kept: ${(error as Error).message}`);
      }
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
  const ajv = new Ajv2020({
    allErrors,
    // Errors carry the data that they are about, for messages to say what was found.
    verbose: true,
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    addUsedSchema: false,
    // The compiler checks them itself: Ajv would compile the meta-schema first, in ten times their own time.
    validateSchema: false,
    logger: false,
  });
  addFormats.default(ajv);
  return ajv;
}

/** How many items of any type may be compared with each other. */
const MOST_COMPARED = 1000;

const SCALARS: readonly unknown[] = ['string', 'number', 'integer', 'boolean', 'null'];

/** Where a schema asks for unique items that can only be told by comparing each with each. */
function* unboundedComparisons(schema: unknown, pointer: string): Generator<string> {
  if (!isKeywords(schema)) return;
  const { uniqueItems, maxItems, items } = schema;
  const scalar = isKeywords(items) && SCALARS.includes(items['type']);
  const bounded = typeof maxItems === 'number' && maxItems <= MOST_COMPARED;
  if (uniqueItems === true && !scalar && !bounded) yield pointer === '' ? 'its root' : pointer;
  for (const [keyword, value] of Object.entries(schema)) {
    if (!DATA_KEYWORDS.has(keyword)) yield* unboundedComparisons(value, `${pointer}/${keyword}`);
  }
}

/** Keywords whose values are data and no schemas. */
const DATA_KEYWORDS: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples']);

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

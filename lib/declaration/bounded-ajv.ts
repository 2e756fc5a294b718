import { _ } from 'ajv';
import type { CodeKeywordDefinition, KeywordCxt, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { MAX_ERRORS } from '../http/problem.js';
import { canonicalJson } from '../protocol/json/values.js';
import { escapePointerToken } from '../protocol/json-pointer.js';

/**
 * An Ajv whose functions take no longer than a document is long, whatever is in it: none looks at one part twice
 * for one schema, compares each with each, or looks for more than the first errors.
 *
 * @param allErrors - whether to look for more errors than one
 */
export function boundedAjv(allErrors: boolean): Ajv2020 {
  const remember = remembering();
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
    code: {
      process: (code, env) => {
        // Of a wrong name, and of a condition, Ajv says twice that it is wrong.
        const bounded = pointersOnce(stopAfter(code, String(2 * MAX_ERRORS)));
        return env !== undefined && refersTo(env.root.schema) ? remembered(bounded) : bounded;
      },
    },
  });
  Object.assign(ajv, { remember, escapePointerToken: escapingOnce() });
  ajv.removeKeyword('uniqueItems').addKeyword(uniqueItems);
  replaceCode(ajv, 'enum', enumeration);
  replaceCode(ajv, 'contains', contains);
  return ajv;
}

/**
 * Has code that Ajv has generated stop looking. A loop over items or members ends once so many errors were added
 * since it began: whatever it is part of has failed by then, within `anyOf` and the like too. What a function has
 * found beyond that is forgotten, for functions that call each other would add it up.
 *
 * @param code - with `allErrors` or without
 * @param most - an expression of JavaScript
 * @see https://ajv.js.org/options.html#code, `process`
 */
export function stopAfter(code: string, most: string): string {
  let loops = 0;
  return code
    .replaceAll(/\bfor\((?:let|const) \w+(?: in | of |=)[^{}]*\)\{/g, (loop) => {
      const before = `before${loops++}`;
      return `const ${before} = errors;${loop}if(errors - ${before} >= ${most}){break;}`;
    })
    .replaceAll(/\b(validate\d+)\.errors = vErrors;/g, `if(errors > ${most}){vErrors.length = ${most};}$&`);
}

/** Names in pointers are escaped by a function that does not do the same long name again for each error. */
function pointersOnce(code: string): string {
  return code.replaceAll(
    /(\w+)\.replace\(\/~\/g, "~0"\)\.replace\(\/\\\/\/g, "~1"\)/g,
    'self.escapePointerToken($1)',
  );
}

function escapingOnce(): (name: string) => string {
  let last = { name: '', escaped: '' };
  return (name) => {
    if (name !== last.name) last = { name, escaped: escapePointerToken(name) };
    return last.escaped;
  };
}

function remembered(code: string): string {
  return code.replace(
    /return function (validate\d+)(\(.*)$/s,
    'const $1 = self.remember(function$2);return $1;',
  );
}

/** Whether a schema refers to parts of itself; what `$dynamicRef` leads to may differ where it has several ids. */
function refersTo(schema: unknown): boolean {
  const text = JSON.stringify(schema);
  if (text.includes('"$dynamicRef":')) return text.indexOf('"$id":') === text.lastIndexOf('"$id":');
  return text.includes('"$ref":');
}

/** What was found of one part of a document. */
interface Verdict extends Pick<ValidateFunction, 'errors' | 'evaluated'> {
  readonly isValid: boolean;
  readonly path: string;
}

/**
 * Wraps functions of schemas that refer to each other, or to themselves, so that none judges one part of a document
 * twice. Without that, a schema that leads to itself by two branches of an `anyOf` doubles the work with each level
 * of nesting.
 */
function remembering(): (judge: ValidateFunction) => ValidateFunction {
  let depth = 0;
  const used: Map<object, Verdict>[] = [];
  return (judge) => {
    const verdicts = new Map<object, Verdict>();
    const remembers = ((data, context) => {
      if (typeof data !== 'object' || data === null) return judge(data, context);
      const path = context?.instancePath ?? '';
      let verdict = verdicts.get(data);
      if (verdict === undefined || verdict.path !== path) {
        depth++;
        try {
          const isValid = judge(data, context);
          const { errors, evaluated } = remembers;
          verdict = {
            isValid,
            path,
            errors: errors ?? null,
            ...(evaluated && { evaluated: copyOf(evaluated) }),
          };
          if (verdicts.size === 0) used.push(verdicts);
          verdicts.set(data, verdict);
        } finally {
          depth--;
          // Of the whole document nothing is asked again.
          if (depth === 0) for (const map of used.splice(0)) map.clear();
        }
      }
      // Who asks adds its own to the errors.
      remembers.errors = verdict.errors?.slice() ?? null;
      if (verdict.evaluated !== undefined) remembers.evaluated = copyOf(verdict.evaluated);
      return verdict.isValid;
    }) as ValidateFunction;
    return remembers;
  };
}

/** What `unevaluatedProperties` asks of: Ajv adds to it. */
function copyOf(
  evaluated: NonNullable<ValidateFunction['evaluated']>,
): NonNullable<ValidateFunction['evaluated']> {
  const { props } = evaluated;
  return typeof props === 'object' ? { ...evaluated, props: { ...props } } : { ...evaluated };
}

function replaceCode(
  ajv: Ajv2020,
  keyword: string,
  code: (context: KeywordCxt, usual: (context: KeywordCxt) => void) => void,
): void {
  const definition = ajv.getKeyword(keyword) as CodeKeywordDefinition;
  ajv.removeKeyword(keyword).addKeyword({
    ...definition,
    code: (context) => code(context, (of) => definition.code(of)),
  });
}

/** Compares by one text for each item, in place of each with each. */
const uniqueItems: CodeKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  error: {
    message: ({ params: { same } }) =>
      _`"must NOT have duplicate items (items ## " + ${same}[0] + " and " + ${same}[1] + " are identical)"`,
    params: ({ params: { same } }) => _`{j: ${same}[0], i: ${same}[1]}`,
  },
  code(context) {
    if (context.schema !== true) return;
    const { gen, data } = context;
    const find = gen.scopeValue('func', { ref: findSame });
    const same = gen.const('same', _`${find}(${data})`);
    context.setParams({ same });
    context.fail(_`${same} !== undefined`);
  },
};

function findSame(items: readonly unknown[]): readonly [number, number] | undefined {
  const places = new Map<unknown, number>();
  for (const [place, item] of items.entries()) {
    const key = canonicalJson(item);
    const first = places.get(key);
    if (first !== undefined) return [first, place];
    places.set(key, place);
  }
  return undefined;
}

/** Values that are too many to be compared one by one. */
const MANY_VALUES = 20;

/** Looks a value up among many, in place of comparing it with each. */
function enumeration(context: KeywordCxt, usual: (context: KeywordCxt) => void): void {
  const { gen, data } = context;
  const values = context.schema as readonly unknown[];
  if (values.length <= MANY_VALUES) return usual(context);
  const known = new Set(values.map(canonicalJson));
  const isKnown = gen.scopeValue('func', { ref: (value: unknown) => known.has(canonicalJson(value)) });
  context.pass(_`${isKnown}(${data})`);
}

/** Forgets what stands against each item at once: that none is as it should be is all that there is to say. */
function contains(context: KeywordCxt, usual: (context: KeywordCxt) => void): void {
  const subschema = context.subschema.bind(context);
  context.subschema = (applied, valid) => {
    const inner = subschema({ ...applied, createErrors: false, allErrors: false }, valid);
    context.reset();
    return inner;
  };
  usual(context);
}

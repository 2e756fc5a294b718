import { encodeReserved, encodeUnreserved, takePrefix } from './encode.js';
import { OPERATORS } from './operators.js';
import type { OperatorRule } from './operators.js';
import type { TemplatePart, TemplateVariable } from './syntax.js';
import { checkWellFormed, mapEntries, scalarText } from './values.js';
import type { TemplateValues } from './values.js';

/** Expands one part of a template. */
export type Expander = (values: TemplateValues) => string;

/**
 * Compiles a part of a template to the function that expands it.
 *
 * @see RFC 6570, section 3
 */
export function compileExpander(part: TemplatePart): Expander {
  if (part.type === 'literal') {
    const text = encodeReserved(part.text);
    return () => text;
  }
  const rule = OPERATORS[part.operator];
  const variables = part.variables.map((variable) => compileVariable(variable, rule));
  return (values) => {
    let expansion = '';
    let before = rule.first;
    for (const expand of variables) {
      const text = expand(values);
      if (text === undefined) continue;
      expansion += before + text;
      before = rule.separator;
    }
    return expansion;
  };
}

/** Expands one variable; undefined where it has no value. */
type VariableExpander = (values: TemplateValues) => string | undefined;

function compileVariable(variable: TemplateVariable, rule: OperatorRule): VariableExpander {
  const { name } = variable;
  const expand = compileValue(variable, rule);
  return (values) => {
    // An own property: "{constructor}" must not find what every object inherits.
    const value: unknown = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === null) return undefined;
    try {
      return expand(value);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new TypeError(`The variable "${name}" cannot be expanded: ${error.message}`, { cause: error });
    }
  };
}

function compileValue(
  { name, explode, prefix }: TemplateVariable,
  rule: OperatorRule,
): (value: {}) => string | undefined {
  const encode = rule.allowReserved ? encodeReserved : encodeUnreserved;
  const pair = (key: string, text: string): string => key + (text === '' ? rule.ifEmpty : `=${text}`);
  const named = (text: string): string => (rule.named ? pair(name, text) : text);

  return (value) => {
    if (typeof value !== 'object') {
      const text = scalarText(value);
      return named(encode(prefix === undefined ? text : takePrefix(text, prefix, rule.allowReserved)));
    }
    const list = Array.isArray(value);
    const pairs = (list ? value.map((member: unknown) => ['', member] as const) : mapEntries(value))
      .filter(([, member]) => member !== undefined && member !== null)
      .map(([key, member]) => [encode(checkWellFormed(key)), encode(scalarText(member))] as const);
    if (pairs.length === 0) return undefined;
    if (prefix !== undefined) {
      const kind = list ? 'an array' : 'an object';
      throw new TypeError(
        `a prefix (":${prefix}") cannot be taken of ${kind}; give a string, or leave the prefix out`,
      );
    }
    if (!explode) return named(pairs.map(([key, text]) => (list ? text : `${key},${text}`)).join(','));
    return pairs.map(([key, text]) => (list ? named(text) : pair(key, text))).join(rule.separator);
  };
}

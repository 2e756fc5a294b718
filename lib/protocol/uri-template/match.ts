import { normalisePercentEncoding } from '../iri/normalise.js';
import type { Expander } from './expand.js';
import { runMachine } from './machine.js';
import type { Machine, Marked } from './machine.js';
import { OPERATORS } from './operators.js';
import type { Mark } from './pattern.js';
import { readValue } from './read.js';
import type { MatchedValue, MatchedValues } from './read.js';
import type { TemplateExpression, TemplatePart } from './syntax.js';
import { textBetween, tokenise } from './tokens.js';
import type { Tokens } from './tokens.js';

/** A template as matching needs it. */
export interface Matchable {
  readonly parts: readonly TemplatePart[];
  /** One for each part. */
  readonly expanders: readonly Expander[];
  readonly machine: Machine<Mark>;
}

/** Finds values whose expansion is an IRI reference; undefined if there are none. */
export function matchIri(template: Matchable, iri: string): MatchedValues | undefined {
  const tokens = tokenise(iri);
  if (tokens === undefined) return undefined;
  const marks = runMachine(template.machine, tokens);
  if (marks === undefined) return undefined;
  const expansions = readExpansions(template.parts, tokens, marks);
  const values = readValues(expansions);
  return expandsTo(expansions, template.expanders, values) ? values : undefined;
}

/** What one expression has expanded to. */
interface Expansion {
  readonly part: number;
  readonly expression: TemplateExpression;
  readonly text: string;
  /** The items of each variable, by its index. */
  readonly items: ReadonlyMap<number, readonly string[]>;
}

function readExpansions(
  parts: readonly TemplatePart[],
  tokens: Tokens,
  marks: readonly Marked<Mark>[],
): Expansion[] {
  const expansions: Expansion[] = [];
  const begun: number[] = [];
  let items = new Map<number, string[]>();
  for (const { mark, at } of marks) {
    if (mark.edge === 'begin') {
      begun.push(at);
      continue;
    }
    const text = textBetween(tokens, begun.pop() ?? 0, at);
    if (mark.variable !== undefined) {
      const ofVariable = items.get(mark.variable);
      if (ofVariable === undefined) items.set(mark.variable, [text]);
      else ofVariable.push(text);
      continue;
    }
    const expression = parts[mark.part];
    if (expression?.type === 'expression') expansions.push({ part: mark.part, expression, text, items });
    items = new Map();
  }
  return expansions;
}

/** The values of all variables that are there. */
function readValues(expansions: readonly Expansion[]): MatchedValues {
  // Without a prototype a variable may have any name, "__proto__" too.
  const values: Record<string, MatchedValue> = Object.create(null);
  const lengths = new Map<string, number>();
  for (const { expression, items } of expansions) {
    for (const [index, variable] of expression.variables.entries()) {
      const ofVariable = items.get(index);
      if (ofVariable === undefined) continue;
      // Of "{/var:1,var}" the second tells the whole value, the first only its beginning.
      const length = variable.prefix ?? Infinity;
      if (length <= (lengths.get(variable.name) ?? 0)) continue;
      values[variable.name] = readValue(variable, expression.operator, ofVariable);
      lengths.set(variable.name, length);
    }
  }
  return values;
}

/**
 * Proves the values, for which the machine alone cannot speak: that one variable has one value
 * wherever it occurs, and that no parameter and no member of a map is given twice.
 */
function expandsTo(
  expansions: readonly Expansion[],
  expanders: readonly Expander[],
  values: MatchedValues,
): boolean {
  return expansions.every(({ part, expression, text }) => {
    const expanded = expanders[part]?.(values) ?? '';
    if (expanded === text) return true;
    const normalised = normalisePercentEncoding(expanded);
    if (normalised === text) return true;
    const isQuery = OPERATORS[expression.operator].separator === '&';
    return isQuery && sortParameters(normalised) === sortParameters(text);
  });
}

function sortParameters(query: string): string {
  return query.slice(1).split('&').toSorted().join('&');
}

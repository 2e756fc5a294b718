import { normalisePercentEncoding } from '../iri/normalise.js';
import { ENCODED } from './expand.js';
import type { Expander } from './expand.js';
import { runMachine } from './machine.js';
import type { Machine, Marked, State as MachineState } from './machine.js';
import { OPERATORS } from './template-syntax.js';
import type {
  TemplateExpression,
  TemplatePart,
  TemplateVariable,
  TemplateOperator,
} from './template-syntax.js';
import {
  textBetween,
  tokenise,
  COMMA_TOKEN,
  ENCODED_TOKEN,
  OCTETS_TOKEN,
  RESERVED_TOKEN,
  splitTokens,
  UNRESERVED_TOKEN,
  decodeOctets,
} from './tokens.js';
import type { Tokens } from './tokens.js';
import { RESERVED } from '../iri/characters.js';

/** What matching finds for one variable: always strings, alone, in a list or in a map. */
export type MatchedValue = string | readonly string[] | Readonly<Record<string, string>>;

/** What matching finds, by the variables' names; without a prototype. Absent variables are left out. */
export type MatchedValues = Readonly<Record<string, MatchedValue>>;

/**
 * Reads a variable's value from the items that its expansion consists of. Whether the value does
 * expand to all of them, and to nothing else, is not asked here.
 *
 * @param items - at least one, in normalised spelling
 */
export function readValue(
  variable: TemplateVariable,
  operator: TemplateOperator,
  items: readonly string[],
): MatchedValue {
  const { named, allowReserved } = OPERATORS[operator];
  const [item = ''] = items;
  if (allowReserved) return variable.explode ? items.map(decodeReserved) : decodeReserved(item);
  if (variable.explode)
    return readMembers(items, named ? normalisePercentEncoding(variable.name) : undefined);
  const text = named ? (splitPair(item)[1] ?? '') : item;
  return text.includes(',') ? text.split(',').map(decodeURIComponent) : decodeURIComponent(text);
}

/** The members of an exploded list or map. */
function readMembers(items: readonly string[], name: string | undefined): MatchedValue {
  const pairs = items.map(splitPair);
  if (name === undefined && pairs.every(([, value]) => value === undefined)) {
    return items.map(decodeURIComponent);
  }
  if (pairs.every(([key]) => key === name)) {
    return pairs.map(([, value = '']) => decodeURIComponent(value));
  }
  const map: Record<string, string> = Object.create(null);
  for (const [key, value = ''] of pairs) map[decodeURIComponent(key)] = decodeURIComponent(value);
  return map;
}

function splitPair(item: string): [key: string, value?: string] {
  const equals = item.indexOf('=');
  return equals === -1 ? [item] : [item.slice(0, equals), item.slice(equals + 1)];
}

const RESERVED_CHARACTER = new RegExp(`[${RESERVED}]`, 'u');

/** Decodes what the operators `+` and `#` encode again: not delimiters, nor "%" where it begins an octet. */
function decodeReserved(text: string): string {
  return text.replace(ENCODED, (octets, offset: number) => {
    const character = decodeOctets(octets);
    if (character === undefined || RESERVED_CHARACTER.test(character)) return octets;
    if (character === '%' && /^[0-9A-Fa-f]{2}/.test(text.slice(offset + 3, offset + 5))) return octets;
    return character;
  });
}

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

/**
 * What a machine notes: where an expression begins and ends, and each item of its variables. An
 * item is a value, or where the operator or an exploded map gives it a name, `name=value`.
 */
export interface Mark {
  readonly edge: 'begin' | 'end';
  /** Index of the expression among the template's parts. */
  readonly part: number;
  /** Index of the item's variable in its expression; undefined for the expression as a whole. */
  readonly variable?: number;
}

type State = MachineState<Mark>;

/**
 * Compiles a template to the machine that reads its expansions. In each fork what is preferred
 * comes first; {@link UriTemplate.match} says what that means for ambiguous templates.
 */
export function compilePattern(parts: readonly TemplatePart[]): Machine<Mark> {
  const states = new States();
  let start: State = states.accept();
  for (const [index, part] of [...parts.entries()].toReversed()) {
    start =
      part.type === 'literal' ? states.text(part.text, start) : compileExpression(states, part, index, start);
  }
  return { start, size: states.size };
}

/** Makes states. What comes next is made first: each is given what follows it. */
class States {
  size = 0;

  accept(): State {
    return { op: 'accept', id: this.size++ };
  }

  mark(mark: Mark, next: State): State {
    return { op: 'mark', mark, next, id: this.size++ };
  }

  /** A fork, whose targets may be added to later on. */
  fork(...targets: State[]): State & { readonly targets: State[] } {
    return { op: 'fork', targets, id: this.size++ };
  }

  kinds(kinds: number, next: State): State {
    return { op: 'kinds', kinds, next, id: this.size++ };
  }

  text(text: string, next: State): State {
    return splitTokens(normalisePercentEncoding(text)).reduceRight<State>(
      (following, token) => ({ op: 'token', token, next: following, id: this.size++ }),
      next,
    );
  }

  /** As few tokens of these kinds as possible, none at all included. */
  characters(kinds: number, limit: number | undefined, next: State): State {
    if (limit === undefined) {
      const loop = this.fork(next);
      loop.targets.push(this.kinds(kinds, loop));
      return loop;
    }
    let state = next;
    for (let count = 0; count < limit; count += 1) state = this.fork(next, this.kinds(kinds, state));
    return state;
  }

  /** What follows a name: `=value`, and for an empty value `=` or nothing. */
  assigned(kinds: number, limit: number | undefined, ifEmpty: '' | '=', next: State): State {
    if (ifEmpty === '=') return this.text('=', this.characters(kinds, limit, next));
    const further = this.characters(kinds, limit === undefined ? limit : limit - 1, next);
    return this.fork(next, this.text('=', this.kinds(kinds, further)));
  }
}

function compileExpression(states: States, expression: TemplateExpression, part: number, next: State): State {
  const done = states.mark({ edge: 'end', part }, next);
  const compile = OPERATORS[expression.operator].named ? compileParameters : compileValues;
  return states.mark({ edge: 'begin', part }, compile(states, expression, part, done));
}

const SIMPLE = UNRESERVED_TOKEN | ENCODED_TOKEN;
const LIST = SIMPLE | COMMA_TOKEN;
const ALL = LIST | RESERVED_TOKEN | OCTETS_TOKEN;

/** Values without names, each variable's after those of the variables before it. */
function compileValues(
  states: States,
  { operator, variables }: TemplateExpression,
  part: number,
  done: State,
): State {
  const { first, separator, allowReserved } = OPERATORS[operator];
  let items: State[] = [];
  for (const [index, variable] of [...variables.entries()].toReversed()) {
    const after = states.fork();
    const end = states.mark({ edge: 'end', part, variable: index }, after);
    const item = states.mark(
      { edge: 'begin', part, variable: index },
      variable.explode && !allowReserved
        ? states.characters(SIMPLE, undefined, states.assigned(SIMPLE, undefined, '', end))
        : states.characters(allowReserved ? ALL : valueKinds(variable), variable.prefix, end),
    );
    if (items.length > 0) after.targets.push(states.text(separator, states.fork(...items)));
    after.targets.push(done);
    if (variable.explode) after.targets.push(states.text(separator, item));
    items = [item, ...items];
  }
  const present = states.text(first, states.fork(...items));
  // An expression that begins with no character of its own is absent rather than empty.
  return first === '' ? states.fork(done, present) : states.fork(present, done);
}

/** Parameters with names: in the variables' order, or in a query in any order. */
function compileParameters(
  states: States,
  { operator, variables }: TemplateExpression,
  part: number,
  done: State,
): State {
  const { first, separator, ifEmpty } = OPERATORS[operator];
  const parameters = variables.map((variable, index) => {
    const after = states.fork();
    const end = states.mark({ edge: 'end', part, variable: index }, after);
    const begin = { edge: 'begin', part, variable: index } as const;
    const value = states.assigned(valueKinds(variable), variable.prefix, ifEmpty, end);
    const namesake = states.mark(begin, states.text(variable.name, value));
    const member = states.mark(begin, states.characters(SIMPLE, undefined, value));
    return { after, namesake, members: variable.explode ? [member] : [], explode: variable.explode };
  });
  const follow = (before: string, index: number): State[] => {
    const open = parameters.filter(
      ({ explode }, other) => separator === '&' || other > index || (other === index && explode),
    );
    const namesakes = states.fork(...open.map(({ namesake }) => namesake));
    const members = states.fork(...open.flatMap((parameter) => parameter.members));
    // A parameter is its namesake's, here or in what comes after, before it is a member of a map.
    return [states.text(before, namesakes), done, states.text(before, members)];
  };
  for (const [index, { after }] of parameters.entries()) after.targets.push(...follow(separator, index));
  return states.fork(...follow(first, -1));
}

/** A value that may be a list without being exploded has commas in it. */
function valueKinds({ explode, prefix }: TemplateVariable): number {
  return explode || prefix !== undefined ? SIMPLE : LIST;
}

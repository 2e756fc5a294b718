import { normalisePercentEncoding } from '../iri/normalise.js';
import type { Machine, State as MachineState } from './machine.js';
import { OPERATORS } from './operators.js';
import type { TemplateExpression, TemplatePart, TemplateVariable } from './syntax.js';
import {
  COMMA_TOKEN,
  ENCODED_TOKEN,
  OCTETS_TOKEN,
  RESERVED_TOKEN,
  splitTokens,
  UNRESERVED_TOKEN,
} from './tokens.js';

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

import { checkTemplate, parseTemplate } from './parse.js';
import type { UriTemplateFault } from './parse.js';
import { compileExpander } from './expand.js';
import type { Expander, TemplateValues } from './expand.js';
import type { Machine } from './machine.js';
import { matchIri, compilePattern } from './match.js';
import type { Mark, MatchedValues } from './match.js';
import type { TemplatePart } from './template-syntax.js';

export { UriTemplateError } from './parse.js';
export type { UriTemplateFault } from './parse.js';
export type { MatchedValue, MatchedValues } from './match.js';
export type {
  TemplateExpression,
  TemplateLiteral,
  TemplateOperator,
  TemplatePart,
  TemplateVariable,
} from './template-syntax.js';
export type { TemplateScalar, TemplateValue, TemplateValues } from './expand.js';

/**
 * A URI template of level 4, parsed and compiled once; frozen.
 *
 * @example
 * ```ts
 * import { UriTemplate } from 'koa-shoji/protocol';
 *
 * const template = UriTemplate.parse('sellers/{?sold_count}');
 * console.log(template.expand({ sold_count: 3 })); // sellers/?sold_count=3
 * console.log(template.match('sellers/?sold_count=3')); // { sold_count: '3' }
 * ```
 *
 * @see RFC 6570
 */
export class UriTemplate {
  /** The template as it was written. */
  readonly text: string;
  /** The syntax tree, frozen. */
  readonly parts: readonly TemplatePart[];
  /** The names of the variables, each once, in the order of their first occurrence. */
  readonly variables: readonly string[];
  readonly #expanders: readonly Expander[];
  #machine: Machine<Mark> | undefined;

  private constructor(text: string) {
    this.text = text;
    this.parts = parseTemplate(text);
    const names = this.parts.flatMap((part) =>
      part.type === 'expression' ? part.variables.map(({ name }) => name) : [],
    );
    this.variables = Object.freeze([...new Set(names)]);
    this.#expanders = this.parts.map(compileExpander);
    Object.freeze(this);
  }

  /**
   * Parses a template, strictly: what RFC 6570 does not allow is refused, inside of expressions
   * and outside.
   *
   * @throws {UriTemplateError} which says where the fault is
   */
  static parse(text: string): UriTemplate {
    return new UriTemplate(text);
  }

  /** The first fault of a text that is to be a template; undefined if it is one. */
  static check(text: string): UriTemplateFault | undefined {
    return checkTemplate(text);
  }

  /**
   * Expands the template to a URI reference.
   *
   * @param values - the variables' values; names that the template does not have are ignored
   * @throws {TypeError} for a value that cannot be expanded: NaN, a function, a list in a list, an
   *   object of a class, half of a surrogate pair, a list or map where the variable has a prefix
   * @see RFC 6570, section 3
   */
  expand(values: TemplateValues): string {
    let expansion = '';
    for (const expand of this.#expanders) expansion += expand(values);
    return expansion;
  }

  /**
   * Finds values that expand to an IRI reference: the inverse of {@link UriTemplate.expand}.
   *
   * References are compared in one spelling of percent-encoding (`é`, `%c3%a9` and `%C3%A9` are
   * one; a delimiter and its encoded form are two), and the parameters of one `{?…}` or `{&…}` in
   * any order. It takes time in proportion to the reference's length, whatever it holds.
   *
   * `match(expand(values))` gives `values` back where nothing else would expand to the same:
   * - what follows a value, in its expression or after it, is a character that the value has not.
   *   Only unreserved and percent-encoded characters are in a value, but under `+` and `#` all are;
   * - scalars are strings, and for an exploded variable lists: numbers come back as their text;
   * - without a leading character (`{x}`, `{+x}`), the value is not empty;
   * - a list has at least two members where it is not exploded; one is a string;
   * - a map is exploded, has a value that is not empty, and is not under `+` or `#`; other maps
   *   come back as lists;
   * - under `+` and `#`, strings have no percent-encoded octets (which come back decoded, unless
   *   they are delimiters), and lists are exploded;
   * - no variable has a prefix, beyond which the value is lost.
   *
   * Elsewhere there are several solutions, and what is given is the one in which
   * - an expression with a leading character (`# . / ; ? &`) is there rather than absent, others
   *   are absent rather than empty, and an expression's variables are filled from the left;
   * - then each value from the left is as short as it can be, in characters and in members;
   * - a parameter belongs to the variable of its name, in this expression or a later one, and only
   *   if there is none to an exploded map.
   *
   * No other is tried if that one gives a map one name twice, which takes an exploded map that
   * nothing keeps apart from what follows it; nor if it gives a variable that occurs more than
   * once several values. The value of such a variable is read where no prefix cuts it.
   *
   * @returns values that {@link UriTemplate.expand} takes; undefined if there are none
   */
  match(iri: string): MatchedValues | undefined {
    // Many templates are only ever expanded.
    this.#machine ??= compilePattern(this.parts);
    return matchIri({ parts: this.parts, expanders: this.#expanders, machine: this.#machine }, iri);
  }

  toString(): string {
    return this.text;
  }
}

import { parse } from 'uri-template';
import type { RuleToNode } from 'uri-template';
import {
  adviseCharacter,
  characterAt,
  IPRIVATE,
  RESERVED,
  showCharacter,
  UCSCHAR,
  UNRESERVED,
} from '../iri/characters.js';
import { quote } from '../json/quote.js';
import { explainExpression } from './explain.js';
import { UriTemplateError } from './fault.js';
import type { TemplateExpression, TemplatePart, TemplateVariable } from './syntax.js';

/**
 * Parses a template, and refuses what the package's grammar lets pass and RFC 6570 does not.
 *
 * @returns the syntax tree, frozen
 * @throws {UriTemplateError} where the text is no template
 */
export function parseTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  // The tree has no offsets, but all that it leaves out is refused: they can be counted.
  let offset = 0;
  for (const node of parseTree(text).parts) {
    if (node.type === 'literal') {
      checkLiteral(text, offset, node.value);
      parts.push(Object.freeze({ type: 'literal', text: node.value }));
      offset += node.value.length;
    } else {
      const [expression, end] = readExpression(text, offset, node);
      parts.push(expression);
      offset = end;
    }
  }
  return Object.freeze(parts);
}

function parseTree(text: string): RuleToNode['template'] {
  // The package knows an extension of its own, "(…)" after a variable, of which RFC 6570 has none.
  const extension = /\{[^{}()]*\(/.exec(text);
  if (extension !== null) {
    throw explainExpression(text, extension.index + extension[0].length - 1);
  }
  try {
    return parse(text).ast;
  } catch (error) {
    throw isGrammarError(error) ? explainExpression(text, error.location.start.offset) : error;
  }
}

/** What the package's generated parser throws. */
interface GrammarError {
  readonly location: { readonly start: { readonly offset: number } };
}

function isGrammarError(error: unknown): error is GrammarError {
  return error instanceof Error && error.name === 'SyntaxError' && 'location' in error;
}

// Section 2.1 leaves out the apostrophe, which its own examples use; erratum 6937 allows it.
const NOT_IN_LITERAL = new RegExp(
  `[^${UNRESERVED}${RESERVED}${UCSCHAR}${IPRIVATE}%]|%(?![0-9A-Fa-f]{2})`,
  'u',
);

function checkLiteral(text: string, at: number, literal: string): void {
  const index = literal.search(NOT_IN_LITERAL);
  if (index === -1) return;
  const offset = at + index;
  const found = characterAt(text, offset);
  if (found === '%') {
    const octet = literal.slice(index, index + 3);
    const complaint = `"${octet}" is no percent-encoded octet; write %25 for a percent sign`;
    throw new UriTemplateError(text, offset, octet, complaint);
  }
  const complaint =
    found === '}'
      ? '"}" ends no expression; write "{" where one begins, or %7D for the brace itself'
      : `${showCharacter(found)} may not stand outside of an expression; ${adviseCharacter(found)}`;
  throw new UriTemplateError(text, offset, found, complaint);
}

function readExpression(
  text: string,
  at: number,
  node: RuleToNode['expression'],
): [expression: TemplateExpression, end: number] {
  const variables: TemplateVariable[] = [];
  let offset = at + 1 + node.operator.length;
  for (const { name, modifier } of node.variables) {
    checkName(text, offset, name);
    offset += name.length;
    const explode = modifier?.type === 'explode';
    const prefix = modifier?.type === 'substr' ? checkPrefix(text, offset + 1) : undefined;
    variables.push(Object.freeze({ name, explode, prefix }));
    // Each variable is followed by "," or "}".
    offset += (explode ? 1 : 0) + (prefix === undefined ? 0 : 1 + String(prefix).length) + 1;
  }
  const { operator } = node;
  return [Object.freeze({ type: 'expression', operator, variables: Object.freeze(variables) }), offset];
}

function checkName(text: string, at: number, name: string): void {
  const octet = /%(?![0-9A-Fa-f]{2})/.exec(name);
  if (octet !== null) {
    const found = name.slice(octet.index, octet.index + 3);
    const complaint = `"${found}" in a variable name is no percent-encoded octet; write "%" and two hexadecimal digits`;
    throw new UriTemplateError(text, at + octet.index, found, complaint);
  }
  const dot = /^\.|\.(?=\.|$)/.exec(name);
  if (dot !== null) {
    const complaint = `"." may stand only between two characters of a variable name; leave it out of ${quote(name)}`;
    throw new UriTemplateError(text, at + dot.index, '.', complaint);
  }
}

/** The package drops leading zeros and sets no bound, so the text itself is read. */
function checkPrefix(text: string, at: number): number {
  const digits = /^[0-9]*/.exec(text.slice(at))?.[0] ?? '';
  if (/^[1-9][0-9]{0,3}$/.test(digits)) return Number(digits);
  const complaint = `${quote(`:${digits}`)} is no prefix; write a length from 1 to 9999 without leading zeros`;
  throw new UriTemplateError(text, at, digits, complaint);
}

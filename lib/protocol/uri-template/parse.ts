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
  TRIPLET,
} from '../iri/characters.js';
import { quote } from '../format-value.js';
import type { TemplateExpression, TemplatePart, TemplateVariable } from './template-syntax.js';

/** Why a text is no URI template. */
export interface UriTemplateFault {
  /** The whole text that was to be a template. */
  readonly text: string;
  /** Where in it the fault is, counted in UTF-16 code units from 0. */
  readonly offset: number;
  /** The text at fault; `''` where the template ends too early. */
  readonly found: string;
  /** What was found where, and what to write instead. */
  readonly message: string;
}

/** Thrown for a text that is no URI template. */
export class UriTemplateError extends SyntaxError implements UriTemplateFault {
  /** The same for every error of this class, to be searched for. */
  readonly code = 'SHOJI_URI_TEMPLATE';
  readonly text: string;
  readonly offset: number;
  readonly found: string;

  constructor(text: string, offset: number, found: string, complaint: string) {
    super(`${complaint} (offset ${offset} of the template ${quote(text)})`);
    this.name = 'UriTemplateError';
    this.text = text;
    this.offset = offset;
    this.found = found;
  }
}

/** Says why no expression can go on at this offset of a template. */
export function explainExpression(text: string, offset: number): UriTemplateError {
  const open = text.lastIndexOf('{', offset - 1);
  const inside = text.slice(open + 1, offset);
  const found = characterAt(text, offset);
  return new UriTemplateError(text, offset, found, complain(inside, found, open));
}

function complain(inside: string, found: string, open: number): string {
  if (found === '') return `the expression that begins at offset ${open} has no end; write "}"`;
  const shown = showCharacter(found);
  if (inside === '' && /[=,!@|]/.test(found)) {
    return `${shown} is an operator reserved for later use; write one of + # . / ; ? & or none`;
  }
  if (inside.endsWith(':')) {
    return `${shown} is no length of a prefix; write a number from 1 to 9999 after ":"`;
  }
  if (/[:*][0-9]*$/.test(inside)) {
    return `${shown} may not follow the modifier of a variable; write "," and another variable, or "}"`;
  }
  if (/^[+#./;?&]?$|,$/.test(inside)) {
    return `${shown} stands where a variable name must; write a name of letters, digits, "_", "." and %XX`;
  }
  return `${shown} may not stand in a variable name; write "," before another variable, ":" or "*" for a modifier, or "}"`;
}

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

const CHARACTER = `(?:\\w|${TRIPLET})`;
const VARIABLE = `${CHARACTER}(?:\\.?${CHARACTER})*(?:\\*|:[1-9]\\d{0,3})?`;

/** A template in ASCII, as most are: of those it is known without parsing them. */
const PLAIN = new RegExp(
  `^(?:[${UNRESERVED}${RESERVED}]|${TRIPLET}|\\{[+#./;?&]?${VARIABLE}(?:,${VARIABLE})*\\})*$`,
);
const MAX_PLAIN_LENGTH = 1000;

/** The first fault of a text that is to be a template; undefined if it is one. */
export function checkTemplate(text: string): UriTemplateFault | undefined {
  if (text.length <= MAX_PLAIN_LENGTH && PLAIN.test(text)) return undefined;
  try {
    parseTemplate(text);
    return undefined;
  } catch (error) {
    if (error instanceof UriTemplateError) return error;
    throw error;
  }
}

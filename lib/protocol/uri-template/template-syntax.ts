/**
 * What stands first in an expression and tells how its values are expanded; `''` is simple
 * string expansion.
 *
 * @see RFC 6570, section 2.2
 */
export type TemplateOperator = '' | '+' | '#' | '.' | '/' | ';' | '?' | '&';

/**
 * One variable of an expression.
 *
 * @see RFC 6570, sections 2.3 and 2.4
 */
export interface TemplateVariable {
  /** Percent-encoded octets in it are part of the name, and are not decoded. */
  readonly name: string;
  /** Whether lists and maps are expanded member by member (`*`). */
  readonly explode: boolean;
  /** How many characters of a string are expanded at most (`:n`); undefined is all. */
  readonly prefix: number | undefined;
}

/** Text of a template that is copied to its expansions. */
export interface TemplateLiteral {
  readonly type: 'literal';
  /** As the template writes it, not yet percent-encoded. */
  readonly text: string;
}

/** What a template has between two braces. */
export interface TemplateExpression {
  readonly type: 'expression';
  readonly operator: TemplateOperator;
  readonly variables: readonly TemplateVariable[];
}

/** A node of a template's syntax tree. */
export type TemplatePart = TemplateLiteral | TemplateExpression;

/** How an operator expands its expression. */
export interface OperatorRule {
  /** What comes before the first defined variable. */
  readonly first: string;
  /** What comes before each further one. */
  readonly separator: string;
  /** Whether a value comes with its variable's name. */
  readonly named: boolean;
  /** What follows a name whose value is empty. */
  readonly ifEmpty: '' | '=';
  /** Whether delimiters and percent-encoded octets in values are copied as they are. */
  readonly allowReserved: boolean;
}

/** @see RFC 6570, appendix A */
export const OPERATORS: Readonly<Record<TemplateOperator, OperatorRule>> = {
  '': { first: '', separator: ',', named: false, ifEmpty: '', allowReserved: false },
  '+': { first: '', separator: ',', named: false, ifEmpty: '', allowReserved: true },
  '#': { first: '#', separator: ',', named: false, ifEmpty: '', allowReserved: true },
  '.': { first: '.', separator: '.', named: false, ifEmpty: '', allowReserved: false },
  '/': { first: '/', separator: '/', named: false, ifEmpty: '', allowReserved: false },
  ';': { first: ';', separator: ';', named: true, ifEmpty: '', allowReserved: false },
  '?': { first: '?', separator: '&', named: true, ifEmpty: '=', allowReserved: false },
  '&': { first: '&', separator: '&', named: true, ifEmpty: '=', allowReserved: false },
};

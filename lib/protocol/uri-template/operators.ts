import type { TemplateOperator } from './syntax.js';

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

import { quote } from '../json/quote.js';

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

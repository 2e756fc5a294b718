import { RESERVED, TRIPLET, UNRESERVED } from '../iri/characters.js';
import { UriTemplateError, type UriTemplateFault } from './fault.js';
import { parseTemplate } from './parse.js';

const CHARACTER = `(?:\\w|${TRIPLET})`;
const VARIABLE = `${CHARACTER}(?:\\.?${CHARACTER})*(?:\\*|:[1-9]\\d{0,3})?`;

/** A template in ASCII, as most are: of those it is known without parsing them. */
const PLAIN = new RegExp(
  `^(?:[${UNRESERVED}${RESERVED}]|${TRIPLET}|\\{[+#./;?&]?${VARIABLE}(?:,${VARIABLE})*\\})*$`,
);
const MOST_PLAIN = 1000;

/** The first fault of a text that is to be a template; undefined if it is one. */
export function checkTemplate(text: string): UriTemplateFault | undefined {
  if (text.length <= MOST_PLAIN && PLAIN.test(text)) return undefined;
  try {
    parseTemplate(text);
    return undefined;
  } catch (error) {
    if (error instanceof UriTemplateError) return error;
    throw error;
  }
}

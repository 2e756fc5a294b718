import { UriTemplateError, type UriTemplateFault } from './fault.js';
import { parseTemplate } from './parse.js';

/** The first fault of a text that is to be a template; undefined if it is one. */
export function checkTemplate(text: string): UriTemplateFault | undefined {
  try {
    parseTemplate(text);
    return undefined;
  } catch (error) {
    if (error instanceof UriTemplateError) return error;
    throw error;
  }
}

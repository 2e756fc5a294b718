import { sanitizeForTerminal } from '../../protocol/sanitize-for-terminal.js';

/** Makes a text of unknown origin one line that is fit to be shown: white space becomes a space. */
export function sanitizeLine(text: string): string {
  return sanitizeForTerminal(text.replaceAll(/[\t\n\r]+/g, ' '));
}

/** Cuts a text to a number of characters, the last of which says that there was more. */
export function truncate(text: string, length: number): string {
  if (text.length <= length) return text;
  // As many code units as characters are wanted are more than enough to look at.
  const characters = Array.from(text.slice(0, 2 * length));
  return characters.length <= length ? characters.join('') : `${characters.slice(0, length - 1).join('')}…`;
}

/** Whether an IRI may become a link in a report: `javascript:` and its like may not. */
export function isWebIri(iri: string): boolean {
  return /^https?:\/\//i.test(iri);
}

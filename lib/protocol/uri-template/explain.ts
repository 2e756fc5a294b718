import { characterAt, showCharacter } from '../iri/characters.js';
import { UriTemplateError } from './fault.js';

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

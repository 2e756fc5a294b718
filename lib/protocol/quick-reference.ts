/** How a reference is written. */
export type Form = number;

/** In another way than those below, or not well. */
export const UNSURE: Form = 0;
/** Of no reference. */
export const NONE: Form = 1;
/** With `http` or `https`, a host and a path. */
const ABSOLUTE: Form = 2;
/** A path that begins with one `/`. */
const ROOTED: Form = 3;
/** A path that does not; the length of the `../` or `./` before it is added. */
export const RELATIVE: Form = 4;

/**
 * Tells the form of a link: an IRI reference or a template, in their commonest ways to be written.
 *
 * @returns UNSURE for all that could be empty, malformed, or lead out of the web
 */
export function linkForm(text: string): Form {
  const form = referenceForm(text);
  return form === UNSURE && TEMPLATE.test(text) ? beginningOf(text) : form;
}

/** As {@link linkForm}, of what may be no template. */
export function referenceForm(text: string): Form {
  return isShortOf(LINK_CHARACTER, text) || REFERENCE.test(text) ? beginningOf(text) : UNSURE;
}

/**
 * As {@link linkForm}, of what must differ from others of its kind: where two of one form are not
 * the same text, they do not lead to the same place. So there is nothing in them that resolution or
 * comparison changes: no dot segments but those that begin it, and no percent-encoding.
 */
export function itemForm(text: string): Form {
  if (text.charCodeAt(0) === POINT) return steppingForm(text);
  return isShortOf(ITEM_CHARACTER, text) || ITEM_REFERENCE.test(text) ? beginningOf(text) : UNSURE;
}

/** The form of `../../item/` and `./item/`, which have no points but those of their steps. */
function steppingForm(text: string): Form {
  return STEPPING.test(text) ? RELATIVE + text.lastIndexOf('./') + 2 : UNSURE;
}

/** Whether an IRI is a folder, as plain as items are, so that it is known what is relative to it. */
export function isPlainFolder(text: string): boolean {
  return text.endsWith('/') && beginningOf(text) < RELATIVE && itemForm(text) !== UNSURE;
}

function beginningOf(text: string): Form {
  const first = text.charCodeAt(0);
  if (first === SLASH) return text.charCodeAt(1) === SLASH ? UNSURE : ROOTED;
  if (first === LOWER_H && text.includes(':')) return ABSOLUTE;
  return text === '' ? UNSURE : RELATIVE;
}

const POINT = 0x2e;
const SLASH = 0x2f;
const LOWER_H = 0x68;

/** The characters of items, as in a class of a RegExp. */
const ITEM = "\\w\\-~!$&'()*+,;=@/";
/** The characters of links. */
const LINK = `${ITEM}.?`;
// Of ports, those of four or five digits: what a scheme leaves out (80, 443) is never one of them.
const ORIGIN = 'https?://[a-z0-9.-]+(?::[1-5]?[1-9][0-9]{3})?';

/** Links with percent-encoding; where a path is sure to have begun, with colons. */
const REFERENCE = new RegExp(
  `^(?:(?:${ORIGIN})?/[${LINK}:]*(?:%[0-9A-Fa-f]{2}[${LINK}:]*)*|[${LINK}]*(?:%[0-9A-Fa-f]{2}[${LINK}]*)*)$`,
);
const ITEM_REFERENCE = new RegExp(`^(?:(?:${ORIGIN})?/[${ITEM}:]*|[${ITEM}]*)$`);
const STEPPING = new RegExp(`^(?:(?:\\.\\./)+|\\./)(?!/)[${ITEM}]*$`);
const EXPRESSION = '\\{[/?&]?[A-Za-z_]\\w*(?:,[A-Za-z_]\\w*)*\\}';
const TEMPLATE = new RegExp(`^(?:${ORIGIN}/)?[${LINK}]*(?:${EXPRESSION}[${LINK}]*)+$`);

const ITEM_CHARACTER = 1;
const LINK_CHARACTER = 2;

/** What each character of ASCII is; all others are nothing here. */
const CHARACTERS: Uint8Array = Uint8Array.from({ length: 0x80 }, (_, code) => {
  const character = String.fromCharCode(code);
  const isIn = (characters: string): boolean => new RegExp(`[${characters}]`).test(character);
  return (isIn(ITEM) ? ITEM_CHARACTER : 0) + (isIn(LINK) ? LINK_CHARACTER : 0);
});

/** Up to this length, looking at each character is quicker than a regular expression is to begin. */
const SHORT = 16;

function isShortOf(kind: number, text: string): boolean {
  if (text.length > SHORT) return false;
  for (let at = 0; at < text.length; at += 1) {
    if (((CHARACTERS[text.charCodeAt(at)] ?? 0) & kind) === 0) return false;
  }
  return true;
}

/** The mean width of a letter of a sans-serif face, as a part of its size. */
const LETTER = 0.6;

/** Scripts whose characters are as wide as they are high, and emoji. */
const WIDE =
  /[\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}\p{Emoji_Presentation}\uff00-\uff60\ufffd]/u;

/**
 * About how wide a text is, in pixels: a page without scripts cannot measure it.
 *
 * @param size - of the face, in pixels
 */
export function widthOf(text: string, size: number): number {
  // What is longer than any place for it need not be added up to its end.
  return Array.from(text.slice(0, 400)).reduce(
    (width, character) => width + widthOfCharacter(character, size),
    0,
  );
}

/** Cuts a text to a width in pixels; `…` says that there was more. */
export function fit(text: string, size: number, width: number): string {
  if (widthOf(text, size) <= width) return text;
  let left = width - LETTER * size;
  let end = 0;
  for (const character of text) {
    left -= widthOfCharacter(character, size);
    if (left < 0) break;
    end += character.length;
  }
  return `${text.slice(0, end).trimEnd()}…`;
}

function widthOfCharacter(character: string, size: number): number {
  return WIDE.test(character) ? size : LETTER * size;
}

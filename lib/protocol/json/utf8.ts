/**
 * Decodes UTF-8 strictly. One byte order mark at the start is left out.
 *
 * @returns the text; undefined where the bytes are not UTF-8 (see {@link findInvalidUtf8})
 * @see RFC 8259, section 8.1
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The first place where bytes are not UTF-8. */
export interface InvalidUtf8 {
  /** Index of the first byte that no UTF-8 sequence can hold there. */
  readonly byte: number;
  /** The text in front of it. */
  readonly before: string;
}

/**
 * Finds where bytes stop being UTF-8.
 *
 * @returns the first invalid place; undefined where all bytes are UTF-8
 */
export function findInvalidUtf8(bytes: Uint8Array): InvalidUtf8 | undefined {
  // A lenient decoder writes U+FFFD for what it cannot read: the first U+FFFD that is not
  // spelled out in the bytes marks the place.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  let byte = 0;
  let unit = 0;
  for (const character of text) {
    if (character === '\ufffd' && !isReplacementCharacter(bytes, byte)) {
      return { byte, before: text.slice(0, unit) };
    }
    byte += utf8Length(character.codePointAt(0) ?? 0);
    unit += character.length;
  }
  return undefined;
}

function isReplacementCharacter(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd;
}

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** One step of a JSON Pointer: a member's name, or an item's index. */
export type PointerToken = string | number;

/**
 * Writes a name as it stands in a JSON Pointer: `~` becomes `~0`, `/` becomes `~1`.
 *
 * @see RFC 6901, section 3
 */
export function escapePointerToken(token: PointerToken): string {
  if (typeof token === 'number') return String(token);
  const isPlain = !token.includes('~') && !token.includes('/');
  return isPlain ? token : token.replaceAll('~', '~0').replaceAll('/', '~1');
}

/**
 * Builds a JSON Pointer.
 *
 * @param tokens - the steps, outermost first; none gives `''`, the whole document
 * @see RFC 6901, section 3
 */
export function formatPointer(tokens: readonly PointerToken[]): string {
  let pointer = '';
  for (const token of tokens) pointer += `/${escapePointerToken(token)}`;
  return pointer;
}

/**
 * Takes a JSON Pointer apart.
 *
 * @returns the steps, unescaped, outermost first; undefined where the text is no JSON Pointer
 * @see RFC 6901, section 4
 */
export function parsePointer(pointer: string): readonly string[] | undefined {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined;
  const tokens = pointer.slice(1).split('/');
  if (!pointer.includes('~')) return tokens;
  // `~1` first: the other way round, `~01` would end as `/` instead of `~1`.
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What a command reads and writes, so that it can be run within another program as well. */
export interface CommandIo {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/**
 * Makes a text of unknown origin fit for a terminal: what would move the cursor, change colours or
 * turn the direction of writing becomes U+FFFD, one for one, and a tab becomes a space.
 */
export function printable(text: string): string {
  // Most texts are printable as they are, and this is asked of each line that is written.
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text.replaceAll('\t', ' ').replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

/** Whether a stream is a terminal. */
export function isTerminal(stream: NodeJS.WritableStream | NodeJS.WriteStream): stream is NodeJS.WriteStream {
  return 'isTTY' in stream && stream.isTTY;
}

/**
 * Whether a stream is a terminal that shows colours, and whose user has nothing against them.
 *
 * @see https://no-color.org
 */
export function hasColours(stream: NodeJS.WritableStream): boolean {
  return isTerminal(stream) && stream.hasColors();
}

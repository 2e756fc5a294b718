/** What a check has found in a malformed link. */
interface Fault {
  readonly offset: number;
  readonly found: string;
}

/**
 * Says what a malformed link was probably meant to be, where percent-encoding what is wrong with it
 * would only hide the mistake.
 *
 * @returns undefined where the fault's own message says what to write
 */
export function strayText(link: string, { offset, found }: Fault): string | undefined {
  const isAround = link.slice(0, offset + 1).trim() === '' || link.slice(offset).trim() === '';
  if (isAround && found !== '') {
    return link.trim() === ''
      ? 'it is nothing but whitespace; write the link'
      : 'there is whitespace around it; leave that out';
  }
  if (found !== '\\') return undefined;
  return 'the backslash separates folders on Windows, but no segments of an IRI; write "/" (%5C where it is part of a name)';
}

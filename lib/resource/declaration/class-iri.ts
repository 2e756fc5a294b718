import type { DeclaredIri } from './declared-iri.js';
import { isDots, isExternal, readDeclaredIri } from './declared-iri.js';
import type { Findings, Whereabouts } from './findings.js';
import type { Segment } from '../tree.js';

/** The first path segment of what the server answers itself. */
const RESERVED = 'problems';

/**
 * Reads the IRI that a class declares for itself. A slip that leaves no doubt of what was meant is found
 * and mended, so that what else stands on the IRI is not found wrong too.
 *
 * @param slash - whether the path of such a class ends in a slash
 * @returns undefined where nothing can stand at it; the findings say why
 */
export function readClassIri(
  text: unknown,
  slash: boolean,
  where: Whereabouts,
  findings: Findings,
): DeclaredIri | undefined {
  if (typeof text !== 'string') {
    const example = slash ? 'users/' : 'counts';
    if (text === undefined) findings.add(where, `is missing: say where it is, such as iri: "${example}"`);
    return undefined;
  }
  const iri = isExternal(text)
    ? { message: 'has a scheme or an authority; write it relative to the resource that links to it' }
    : readDeclaredIri(text);
  if ('message' in iri) {
    findings.add(where, iri.message);
    return undefined;
  }
  if (iri.segments.some(isDots))
    findings.add(where, 'holds . or .. segments; start with / for a path from the root of the API');
  else if (iri.slash !== slash) findings.add(where, slashMessage(iri, slash));
  return { ...iri, slash, segments: iri.segments.filter((segment) => !isDots(segment)) };
}

function slashMessage({ text, segments }: DeclaredIri, slash: boolean): string {
  const { path = text, query = '' } = /^(?<path>.*?)(?<query>\{[?&].*|\?.*)$/.exec(text)?.groups ?? {};
  if (slash) {
    return `the path of a catalog or entity ends in a slash, so that relative links resolve against it; write "${path}/${query}"`;
  }
  if (segments.length === 0)
    return 'is the path of the resource that links to it; write a path of its own, such as "counts"';
  return `the path of a view or fragment ends without a slash; write "${path.replace(/\/$/, '')}${query}"`;
}

/** Finds a path that the server keeps for itself. */
export function checkReserved([first]: readonly Segment[], where: Whereabouts, findings: Findings): void {
  if (first === undefined || !('literal' in first) || first.literal !== RESERVED) return;
  findings.add(where, `the path /${RESERVED}/ is where the server explains its errors; choose another`);
}

/** Names of the variables in a path, from left to right. */
export function variablesIn(segments: readonly Segment[]): readonly string[] {
  return segments.flatMap((segment) => ('variable' in segment ? [segment.variable] : []));
}

/** The literal segments that an IRI begins with, as far as even a malformed one can be read. */
export function literalStart(text: unknown): readonly Segment[] {
  if (typeof text !== 'string' || isExternal(text)) return [];
  const [start = ''] = text.split(/[{}?#%]/);
  return start
    .split('/')
    .slice(0, -1)
    .filter((literal) => literal !== '')
    .map((literal) => ({ literal }));
}

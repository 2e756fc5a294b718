import { UriTemplate, UriTemplateError } from '../protocol/uri-template/uri-template.js';
import type { Segment } from './resource-tree.js';
import type { Findings, Whereabouts } from './declaration-findings.js';

/** An IRI reference or template within the API, taken apart for routing. */
export interface DeclaredIri {
  readonly text: string;
  /** The path starts at the root of the API. */
  readonly absolute: boolean;
  /** Segments of the path, in which `.` and `..` are still there. */
  readonly segments: readonly Segment[];
  /** The path is empty or ends in a slash. */
  readonly slash: boolean;
  /** Names of the query variables, literal ones (`?min=1`) too. */
  readonly query: readonly string[];
}

/** Why a text is no IRI or template that an API can be routed by. */
export interface IriRefusal {
  readonly message: string;
}

const EXTERNAL = /^(?:[a-z][a-z\d+.-]*:|\/\/)/i;

/** Whether an IRI leads out of the API: it has a scheme or an authority of its own. */
export function isExternal(iri: string): boolean {
  return EXTERNAL.test(iri);
}

/**
 * Reads an IRI reference or template of the forms that an API can route: literal segments, segments that
 * are one variable (`{id}`), and query variables (`{?min,max}`, `{&limit}`, `?kind=new`).
 */
export function readDeclaredIri(text: string): DeclaredIri | IriRefusal {
  let template: UriTemplate;
  try {
    template = UriTemplate.parse(text);
  } catch (error) {
    if (error instanceof UriTemplateError) return { message: error.message };
    throw error;
  }

  // Variables are put into the path as one character that no IRI holds, so that it can be split at slashes.
  let path = '';
  const variables: string[] = [];
  const query: string[] = [];
  let inQuery = false;
  for (const part of template.parts) {
    if (part.type === 'literal') {
      if (part.text.includes('#')) {
        return { message: 'a fragment identifier (#…) never reaches a server; leave it away' };
      }
      const [beforeQuery = '', ...rest] = inQuery ? ['', part.text] : part.text.split('?');
      path += beforeQuery;
      if (rest.length > 0) {
        inQuery = true;
        const pairs = rest
          .join('?')
          .split('&')
          .filter((pair) => pair !== '');
        query.push(...pairs.map((pair) => decode(pair.split('=')[0] ?? '')));
      }
      continue;
    }
    const names = part.variables.map((variable) => variable.name);
    if (part.operator === '?' || part.operator === '&') {
      inQuery = true;
      // A template spells by octets what no name of a variable may hold (RFC 6570, section 2.3).
      query.push(...names.map(decode));
      continue;
    }
    const expression = `{${part.operator}${names.join(',')}}`;
    const [variable] = part.variables;
    if (inQuery || part.operator !== '' || part.variables.length !== 1 || variable === undefined) {
      return {
        message: `the expression ${expression} cannot be routed; write {name} for a segment of the path, and {?name} for the query`,
      };
    }
    if (variable.explode || variable.prefix !== undefined) {
      return {
        message: `the modifier of the variable ${variable.name} has no meaning in a path; leave it away`,
      };
    }
    path += PLACEHOLDER;
    variables.push(variable.name);
  }

  const absolute = path.startsWith('/');
  const slash = path === '' || path.endsWith('/');
  const texts = path.slice(absolute ? 1 : 0, slash && path !== '' && path !== '/' ? -1 : undefined);
  const segments: Segment[] = [];
  for (const segment of texts === '' ? [] : texts.split('/')) {
    if (segment === PLACEHOLDER) segments.push({ variable: variables.shift() ?? '' });
    else if (segment === '') return { message: 'the path holds an empty segment (//); write one slash' };
    else if (segment.includes(PLACEHOLDER)) {
      return { message: 'a variable must be a whole segment of the path: write {id}/ and not user-{id}/' };
    } else segments.push({ literal: decode(segment) });
  }
  return { text, absolute, segments, slash, query };
}

/** The path that an IRI leads to from a resource whose path ends in a slash; undefined above the root. */
export function resolveSegments(iri: DeclaredIri, from: readonly Segment[]): readonly Segment[] | undefined {
  const path: Segment[] = iri.absolute ? [] : [...from];
  for (const segment of iri.segments) {
    if ('literal' in segment && segment.literal === '.') continue;
    if ('literal' in segment && segment.literal === '..') {
      if (path.pop() === undefined) return undefined;
    } else path.push(segment);
  }
  return path;
}

/** Whether a segment is `.` or `..`, which name no resource (RFC 3986, section 5.2.4). */
export function isDots(segment: Segment): boolean {
  return 'literal' in segment && (segment.literal === '.' || segment.literal === '..');
}

const PLACEHOLDER = '\u0000';

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

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

import { UriTemplate, UriTemplateError } from '../../protocol/uri-template/uri-template.js';
import type { Segment } from '../tree.js';

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

import { checkIri } from '../../protocol/iri/check-iri.js';
import { iriToUri } from '../../protocol/iri/normalise.js';
import { parseIri } from '../../protocol/iri/resolve-iri.js';
import { FetchError } from './fetch.js';

/** Where a request goes. */
export interface Target {
  /** As a URL writes it: `https://xn--bcher-kva.example`, without the scheme's default port. */
  readonly origin: string;
  readonly secure: boolean;
  /** An ASCII name, or an IP address in its usual form and without brackets. */
  readonly host: string;
  /** Undefined where it is the scheme's default. */
  readonly port: number | undefined;
  /** Path and query, as the IRI has them. */
  readonly path: string;
}

/**
 * Reads where an IRI leads. Its host gets the one spelling that a URL has for it: `2130706433`,
 * `0x7f.1` and `１２７.1` are all `127.0.0.1`. Its path stays as it is: a URL would rewrite `%2e%2e`,
 * and would ask for another resource than the one that is linked to.
 *
 * @param iri - absolute
 * @throws {FetchError} where it is none that can be fetched
 */
export function readTarget(iri: string): Target {
  const scheme = readScheme(iri);
  const fault = checkIri(iri);
  if (fault !== undefined) {
    throw new FetchError('unreachable', `it is no IRI, offset ${fault.offset}: ${fault.message}`);
  }
  const { authority = '', path, query } = parseIri(iriToUri(iri));
  if (authority.includes('@')) {
    throw new FetchError(
      'refused-origin',
      'it holds credentials (before the "@" of its host), which everyone reads who reads the IRI; ' +
        'write it without them, and give tokens by a header (--header "Authorization: …"; in code `headers`)',
    );
  }
  // A host is read from the IRI as it stands: the URL class knows how to write names of other scripts in ASCII.
  const url = parseUrl(`${scheme}://${parseIri(iri).authority ?? ''}`);
  return {
    origin: url.origin,
    secure: scheme === 'https',
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? undefined : Number(url.port),
    path: (path === '' ? '/' : path) + (query === undefined ? '' : `?${query}`),
  };
}

function readScheme(iri: string): string {
  const scheme = parseIri(iri).scheme?.toLowerCase();
  if (scheme === 'http' || scheme === 'https') return scheme;
  const found = scheme === undefined ? 'it has no scheme' : `its scheme is ${scheme}:`;
  throw new FetchError('refused-scheme', `${found}; only http: and https: are fetched`);
}

function parseUrl(text: string): URL {
  try {
    return new URL(text);
  } catch (error) {
    throw new FetchError(
      'unreachable',
      `"${text}" has no host that can be looked up; write a name or an address`,
      {
        cause: error,
      },
    );
  }
}

/** The origins that may be fetched from. */
export class AllowedOrigins {
  readonly #allowed: ReadonlySet<string>;

  /**
   * @param start - the start's own; undefined where it has none
   * @throws {TypeError} for an option that is no origin
   */
  constructor(start: string | undefined, options: readonly string[]) {
    this.#allowed = new Set([...(start === undefined ? [] : [start]), ...options.map(readOrigin)]);
  }

  /** @throws {FetchError} `refused-origin` */
  check({ origin }: Target): void {
    if (this.#allowed.has(origin)) return;
    throw new FetchError(
      'refused-origin',
      `${origin} is another origin than the start's; --allow-origin ${origin} (in code \`origins\`) allows it`,
    );
  }
}

function readOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const bare = url !== undefined && url.href === `${url.origin}/`;
  if (url !== undefined && bare && /^https?:$/.test(url.protocol)) return url.origin;
  throw new TypeError(
    `"${text}" is no origin; write a scheme, a host and perhaps a port (https://api.example.org), and nothing else`,
  );
}

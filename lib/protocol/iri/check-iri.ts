import {
  adviseCharacter,
  characterAt,
  IPRIVATE,
  RESERVED,
  showCharacter,
  TRIPLET,
  UCSCHAR,
  UNRESERVED,
} from './characters.js';
import { quote } from '../format-value.js';
import { parseIri } from './resolve-iri.js';
import type { IriParts } from './resolve-iri.js';

/** Why a text is no IRI reference. */
export interface IriFault {
  /** Where, counted in UTF-16 code units from 0. */
  readonly offset: number;
  /** The text at fault; `''` where something is missing. */
  readonly found: string;
  /** What was found, and what to write instead. */
  readonly message: string;
}

/**
 * Checks that a text is an IRI reference, relative or not.
 *
 * Beyond the grammar it refuses a port over 65535, and an `http` or `https` IRI without a host
 * (RFC 9110, section 4.2), neither of which can ever be followed.
 *
 * @example
 * ```ts
 * import { checkIri } from 'koa-shoji/protocol';
 *
 * console.log(checkIri('best sellers/')?.message); // " " may not stand in an IRI; write %20
 * ```
 *
 * @returns the first fault, or undefined if there is none
 * @see RFC 3987, sections 2.2 and 4.1
 */
export function checkIri(text: string): IriFault | undefined {
  const parts = parseIri(text);
  return (
    checkCharacters(text) ??
    checkFirstSegment(parts) ??
    checkAuthority(parts) ??
    checkComponents(parts, text.length)
  );
}

const NOWHERE_ALLOWED = new RegExp(
  `[^${UNRESERVED}${RESERVED}${UCSCHAR}${IPRIVATE}%]|%(?![0-9A-Fa-f]{2})`,
  'u',
);
const BIDI_FORMATTING = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;

function checkCharacters(text: string): IriFault | undefined {
  const offset = text.search(NOWHERE_ALLOWED);
  if (offset !== -1) return refuseCharacter(text, offset);
  // "IRIs MUST NOT contain bidirectional formatting characters": RFC 3987, section 4.1.
  const bidi = BIDI_FORMATTING.exec(text);
  if (bidi === null) return undefined;
  const advice = 'it only changes the direction of text: leave it out';
  return fault(bidi.index, bidi[0], `${showCharacter(bidi[0])} may not stand in an IRI; ${advice}`);
}

function refuseCharacter(text: string, offset: number): IriFault {
  const found = characterAt(text, offset);
  if (found === '%') {
    const octet = text.slice(offset, offset + 3);
    return fault(offset, octet, `"${octet}" is no percent-encoded octet; write %25 for a percent sign`);
  }
  return fault(offset, found, `${showCharacter(found)} may not stand in an IRI; ${adviseCharacter(found)}`);
}

function checkFirstSegment({ scheme, authority, path }: IriParts): IriFault | undefined {
  if (scheme !== undefined || authority !== undefined) return undefined;
  const first = /^[^/]*:/.exec(path)?.[0];
  if (first === undefined) return undefined;
  return fault(
    0,
    first,
    `${quote(first)} is no scheme, and the first segment of a relative path may hold no ":"; write ./ before it`,
  );
}

const NOT_IN_PATH = new RegExp(`[\\[\\]${IPRIVATE}]`, 'u');
const NOT_IN_QUERY = /[[\]]/;
const NOT_IN_FRAGMENT = new RegExp(`[#\\[\\]${IPRIVATE}]`, 'u');

function checkComponents({ path, query, fragment }: IriParts, length: number): IriFault | undefined {
  const fragmentAt = fragment === undefined ? length : length - fragment.length;
  const queryEnd = fragment === undefined ? length : fragmentAt - 1;
  const queryAt = query === undefined ? queryEnd : queryEnd - query.length;
  const pathEnd = query === undefined ? queryEnd : queryAt - 1;
  return (
    checkComponent('path', path, pathEnd - path.length, NOT_IN_PATH) ??
    checkComponent('query', query ?? '', queryAt, NOT_IN_QUERY) ??
    checkComponent('fragment', fragment ?? '', fragmentAt, NOT_IN_FRAGMENT)
  );
}

function checkComponent(name: string, text: string, at: number, refused: RegExp): IriFault | undefined {
  const index = text.search(refused);
  if (index === -1) return undefined;
  const found = characterAt(text, index);
  return fault(
    at + index,
    found,
    `${showCharacter(found)} may not stand in a ${name}; ${adviseCharacter(found)}`,
  );
}

const USER_INFO = new RegExp(`^(?:[${UNRESERVED}${UCSCHAR}!$&'()*+,;=:]|${TRIPLET})*$`, 'u');
const REGISTERED_NAME = new RegExp(`^(?:[${UNRESERVED}${UCSCHAR}!$&'()*+,;=]|${TRIPLET})*$`, 'u');

function checkAuthority({ scheme, authority }: IriParts): IriFault | undefined {
  if (authority === undefined) return isHttp(scheme) ? missingHost(scheme, scheme.length + 1) : undefined;
  let at = (scheme === undefined ? 0 : scheme.length + 1) + 2;
  const userEnd = authority.lastIndexOf('@');
  if (userEnd !== -1) {
    const user = authority.slice(0, userEnd);
    if (!USER_INFO.test(user)) {
      return fault(
        at,
        user,
        `${quote(user)} before "@" is no user information; percent-encode its delimiters`,
      );
    }
    at += userEnd + 1;
  }
  const rest = authority.slice(userEnd + 1);
  // The ":" within the brackets of an IP literal begins no port.
  const literalEnd = rest.startsWith('[') ? rest.indexOf(']') + 1 || rest.length : 0;
  const colon = rest.indexOf(':', literalEnd);
  const host = colon === -1 ? rest : rest.slice(0, colon);
  const port = colon === -1 ? undefined : rest.slice(colon + 1);
  return checkHost(scheme, host, at) ?? checkPort(port, at + host.length + 1);
}

function checkHost(scheme: string | undefined, host: string, at: number): IriFault | undefined {
  if (host === '' && isHttp(scheme)) return missingHost(scheme, at);
  if (host.startsWith('[')) {
    const literal = /^\[(.*)\]$/.exec(host)?.[1];
    if (literal !== undefined && (isIpv6(literal) || isFutureIp(literal))) return undefined;
    return fault(at, host, `${quote(host)} is no IP literal; write an IPv6 address between "[" and "]"`);
  }
  if (REGISTERED_NAME.test(host)) return undefined;
  return fault(
    at,
    host,
    `${quote(host)} is no host; write a name, an IPv4 address, or an IPv6 address in brackets`,
  );
}

function isHttp(scheme: string | undefined): scheme is string {
  return scheme !== undefined && /^https?$/i.test(scheme);
}

/** @see RFC 9110, section 4.2 */
function missingHost(scheme: string, at: number): IriFault {
  return fault(at, '', `an ${scheme} IRI needs a host; write one after "${scheme}://"`);
}

function checkPort(port: string | undefined, at: number): IriFault | undefined {
  if (port === undefined || (/^[0-9]*$/.test(port) && Number(port) <= 65535)) return undefined;
  return fault(at, port, `${quote(port)} is no port; write a number from 0 to 65535`);
}

/** IPv6address of RFC 3986, section 3.2.2: eight groups, a run of which `::` may stand for. */
function isIpv6(text: string): boolean {
  const [before = '', after, more] = text.split('::');
  if (more !== undefined) return false;
  const groups = [before, after ?? ''].flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const ipv4 = isIpv4(last) && text.endsWith(last);
  const hex = ipv4 ? groups.slice(0, -1) : groups;
  if (!hex.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
  const size = hex.length + (ipv4 ? 2 : 0);
  return after === undefined ? size === 8 : size < 8;
}

function isIpv4(text: string): boolean {
  const octets = text.split('.');
  return (
    octets.length === 4 && octets.every((octet) => /^(?:0|[1-9][0-9]{0,2})$/.test(octet) && +octet <= 255)
  );
}

/** IPvFuture of RFC 3986, section 3.2.2. */
function isFutureIp(text: string): boolean {
  return /^v[0-9a-f]+\.[a-z0-9\-._~!$&'()*+,;=:]+$/i.test(text);
}

function fault(offset: number, found: string, message: string): IriFault {
  return { offset, found, message };
}

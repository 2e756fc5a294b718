import { parse, format } from 'content-type';
import Negotiator from 'negotiator';
import { OWS, PARAMETERS, TOKEN, listElements } from './header-fields.js';

/** What a `Content-Type` says that this framework acts on. */
export interface ContentType {
  /** Type and subtype, in lower case. */
  readonly type: string;
  /** As it was written. */
  readonly charset?: string;
}

const MEDIA_TYPE = new RegExp(`^${OWS}${TOKEN}/${TOKEN}${PARAMETERS}${OWS}$`);

/**
 * Reads the value of `Content-Type`.
 *
 * @returns undefined where it is missing or is not exactly one media type
 * @see RFC 9110, section 8.3
 */
export function readContentType(header: string | undefined): ContentType | undefined {
  // media-type = type "/" subtype parameters. A comma is in none of them, so a value that was
  // combined from several is malformed: no recipient knows which one the sender meant.
  if (header === undefined || !MEDIA_TYPE.test(header)) return undefined;

  const { type, parameters } = parse(header);
  const charset = parameters['charset'];
  return charset === undefined ? { type } : { type, charset };
}

/**
 * Whether a body of this charset is read as UTF-8: the names are case-insensitive, and JSON without
 * a charset is UTF-8.
 *
 * @see RFC 9110, section 8.3.2
 * @see RFC 8259, section 8.1
 */
export function isUtf8(charset: string | undefined): boolean {
  return charset === undefined || /^utf-?8$/i.test(charset);
}

/** Chooses among the offers it was made for; undefined where `Accept` admits none of them. */
export type Negotiation = (header: string | undefined) => string | undefined;

const MEDIA_RANGE = new RegExp(`${TOKEN}/${TOKEN}${PARAMETERS}`, 'y');

// weight = OWS ";" OWS "q=" qvalue, where a qvalue has at most three decimals (section 12.4.2).
const QVALUE = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/** How many headers one negotiation remembers: clients of an API send few different ones. */
const REMEMBERED = 256;

/** Headers over this many characters are not remembered, which bounds the memory that they hold. */
const REMEMBERED_LENGTH = 512;

/**
 * Chooses the media type to send.
 *
 * @param header - the value of `Accept`; one that is malformed counts as absent
 * Parameters of a range that no offer has, such as `odata=verbose`, are not looked at: an answer without them is
 * of more use to the client than a 406.
 *
 * @param offers - media types that the resource has, the one it prefers first
 * @returns one of `offers`, or undefined where the client admits none (406)
 * @see RFC 9110, sections 12.4.1 and 12.5.1
 */
export function negotiate(header: string | undefined, offers: readonly string[]): string | undefined {
  const ranges = header === undefined ? [] : mediaRanges(header, offers.some(hasParameters));

  // Without Accept, the user agent will accept any media type.
  if (ranges === undefined || ranges.length === 0) return offers[0];

  // The most specific range that matches a type decides its weight, and a weight of 0 means "not
  // acceptable".
  return new Negotiator({ headers: { accept: ranges.join(', ') } }).mediaType(offers);
}

/**
 * {@link negotiate} for one list of offers, with a bounded memory of earlier answers.
 *
 * @param offers - media types that the resource has, the one it prefers first
 */
export function createNegotiation(offers: readonly string[]): Negotiation {
  const remembered = new Map<string, string | undefined>();

  return (header) => {
    if (header === undefined) return offers[0];

    const known = remembered.get(header);
    if (known !== undefined || remembered.has(header)) return known;

    const chosen = negotiate(header, offers);
    if (header.length <= REMEMBERED_LENGTH) {
      if (remembered.size === REMEMBERED) {
        const [oldest] = remembered.keys();
        if (oldest !== undefined) remembered.delete(oldest);
      }
      remembered.set(header, chosen);
    }
    return chosen;
  };
}

function hasParameters(type: string): boolean {
  return type.includes(';');
}

/**
 * The ranges of an `Accept`, each written anew without a charset of UTF-8; undefined if malformed.
 *
 * @param byParameters - whether parameters tell offers apart; where not, the ranges are without
 */
function mediaRanges(header: string, byParameters: boolean): string[] | undefined {
  const ranges = listElements(header, MEDIA_RANGE)?.map((range) => parse(range));
  if (ranges === undefined) return undefined;

  for (const { parameters } of ranges) {
    if (parameters['q'] !== undefined && !QVALUE.test(parameters['q'])) return undefined;

    // JSON has no charset parameter, and clients send one for it all the same. What they ask for is
    // what they get, since JSON is always UTF-8 (RFC 8259, section 8.1).
    if (isUtf8(parameters['charset'])) delete parameters['charset'];
  }
  return (byParameters ? ranges : withoutParameters(ranges)).map((range) => format(range));
}

type MediaRange = ReturnType<typeof parse>;

/** Ranges for offers without parameters. What a range says of its type without any counts before what others say. */
function withoutParameters(ranges: readonly MediaRange[]): readonly MediaRange[] {
  const plain = ranges.filter(({ parameters }) => isPlain(parameters));
  if (plain.length === ranges.length) return ranges;
  const known = new Set(plain.map(({ type }) => type));
  const others = new Map<string, MediaRange>();
  for (const range of ranges) {
    const { type } = range;
    const { q = '1', charset } = range.parameters;
    // A charset other than UTF-8 is one that JSON never has; a weight of 0 refuses only what nobody offers.
    if (known.has(type) || charset !== undefined || Number(q) === 0) continue;
    const before = others.get(type);
    if (before === undefined || Number(before.parameters['q']) < Number(q)) {
      others.set(type, { ...range, parameters: { q } });
    }
  }
  const refused = ranges.filter(({ type, parameters }) => !isPlain(parameters) && !others.has(type));
  return [...plain, ...others.values(), ...refused];
}

function isPlain(parameters: MediaRange['parameters']): boolean {
  return Object.keys(parameters).every((name) => name === 'q');
}

import { format, parse } from 'content-type';
import Negotiator from 'negotiator';
import { isUtf8 } from './content-type.js';
import { PARAMETERS, TOKEN, listElements } from './grammar.js';

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
 * @param offers - media types that the resource has, the one it prefers first
 * @returns one of `offers`, or undefined where the client admits none (406)
 * @see RFC 9110, section 12.5.1
 */
export function negotiate(header: string | undefined, offers: readonly string[]): string | undefined {
  const ranges = header === undefined ? [] : mediaRanges(header);

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

/** The ranges of an `Accept`, each written anew without a charset of UTF-8; undefined if malformed. */
function mediaRanges(header: string): string[] | undefined {
  const ranges = listElements(header, MEDIA_RANGE)?.map((range) => parse(range));
  if (ranges === undefined) return undefined;

  for (const { parameters } of ranges) {
    if (parameters['q'] !== undefined && !QVALUE.test(parameters['q'])) return undefined;

    // JSON has no charset parameter, and clients send one for it all the same. What they ask for is
    // what they get, since JSON is always UTF-8 (RFC 8259, section 8.1).
    if (isUtf8(parameters['charset'])) delete parameters['charset'];
  }
  return ranges.map((range) => format(range));
}

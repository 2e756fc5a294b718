import { parse } from 'content-type';
import { OWS, PARAMETERS, TOKEN } from './grammar.js';

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

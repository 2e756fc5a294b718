/** The members of a list in a header field, without those that are empty; commas within quotes are no end. */
export function listOf(field: string | undefined): readonly string[] {
  const members = (field ?? '').match(/(?:"(?:[^"\\]|\\.)*"?|[^",])+/g) ?? [];
  return members.map((member) => member.trim()).filter((member) => member !== '');
}

/** The methods of an Allow field. */
export function methodsOf(field: string | undefined): ReadonlySet<string> {
  return new Set(listOf(field));
}

/** The names in a Vary field, in lower case. */
export function variesBy(field: string | undefined): ReadonlySet<string> {
  return new Set(listOf(field).map((name) => name.toLowerCase()));
}

/** A Content-Type field, taken apart. */
interface ContentType {
  /** In lower case. */
  readonly type: string;
  /** In lower case, without quotes. */
  readonly charset: string | undefined;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

const CONTENT_TYPE = new RegExp(
  `^(${TOKEN}/${TOKEN})[ \\t]*((?:;[ \\t]*(?:${TOKEN}=(?:${TOKEN}|"(?:[^"\\\\]|\\\\.)*"))?[ \\t]*)*)$`,
);

/**
 * Reads a Content-Type field.
 *
 * @returns undefined where it is malformed
 * @see RFC 9110, section 8.3.1
 */
export function readContentType(field: string): ContentType | undefined {
  const [, type, parameters = ''] = CONTENT_TYPE.exec(field.trim()) ?? [];
  if (type === undefined) return undefined;
  const [, charset] = /;[ \t]*charset="?([^";\s]+)/i.exec(parameters) ?? [];
  return { type: type.toLowerCase(), charset: charset?.toLowerCase() };
}

/** Of errors, and of nothing else. */
export const PROBLEM_MEDIA_TYPE: string = 'application/problem+json';

/** Whether a media type is JSON, or a format that is written in it. */
export function isJsonType(type: string): boolean {
  return type === 'application/json' || /^[^/]+\/[^/]+\+json$/.test(type);
}

/** The status of a server that is asked too often; it says nothing about the resource. */
export const TOO_MANY_REQUESTS: number = 429;

/** How a message shows what a server sent, which may be of any length. */
export function formatValue(text: string | undefined): string {
  if (text === undefined) return 'none';
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}

/**
 * Reads a date of HTTP in the one format that may be sent, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
 *
 * @returns milliseconds since 1970; undefined where it is none, or names another day of the week
 * @see RFC 9110, section 5.6.7
 */
export function readHttpDate(field: string): number | undefined {
  const time = Date.parse(field);
  return !Number.isNaN(time) && new Date(time).toUTCString() === field ? time : undefined;
}

/** A well-formed entity tag that no representation has. */
export const OTHER_TAG: string = '"shoji-check-other"';

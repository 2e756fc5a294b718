import { OWS, QUOTED_STRING, TOKEN } from './grammar.js';

const AUTH_PARAM = `${TOKEN}${OWS}=${OWS}(?:${TOKEN}|${QUOTED_STRING})`;
const TOKEN68 = '[A-Za-z0-9._~+/-]+=*';
const CHALLENGE = `${TOKEN}(?: +(?:${AUTH_PARAM}(?:${OWS},${OWS}${AUTH_PARAM})*|${TOKEN68}))?`;
const CHALLENGES = new RegExp(`^${CHALLENGE}(?:${OWS},${OWS}${CHALLENGE})*$`);

/**
 * Whether a text is a value of `WWW-Authenticate`: one challenge or several, such as `Bearer realm="shop"`.
 *
 * @see RFC 9110, section 11.6.1
 */
export function isChallengeList(text: string): boolean {
  return CHALLENGES.test(text);
}

/** The scheme, and what it is given. */
const CREDENTIALS = new RegExp(`^(${TOKEN})(?: +(.*))?$`);

/**
 * The value of `Authorization` in one spelling: the name of the scheme is the same in any case, and any number of
 * spaces may stand after it. Whatever follows means what the scheme says.
 *
 * @see RFC 9110, sections 11.1 and 11.4
 */
export function normaliseCredentials(authorization: string): string {
  const [, scheme, given = ''] = CREDENTIALS.exec(authorization) ?? [];
  return scheme === undefined ? authorization : `${scheme.toLowerCase()} ${given}`;
}

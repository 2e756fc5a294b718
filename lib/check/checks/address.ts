import { isIP } from 'node:net';
import { describeSpecialAddress } from '../net/address.js';
import { describeLink } from '../walk/link.js';
import type { ResolvedLink } from '../walk/link.js';
import { parseIri } from '../../protocol/iri/resolve.js';
import type { Check, Remark } from './check.js';

export const address: Check = {
  name: 'address',
  summary: 'links lead to places that a client may go to',
  explanation:
    'A client that follows every link can be led by a document to files of its own machine, to scripts, or to ' +
    'addresses within its own network. Such links are never followed, and neither are links to other origins ' +
    'than those that were named.',
  see: 'RFC 3986, section 7',

  *ofLink({ link, target, refusal }) {
    if (refusal === 'scheme') yield UNSAFE.test(link.to) ? unsafeScheme(link) : otherScheme(link);
    else if (refusal === 'unusable' && link.expansion === undefined) yield unusable(link);
    else if (refusal === 'origin' && link.expansion === undefined) {
      const special = specialAddressOf(link);
      yield special === undefined
        ? otherOrigin(link)
        : privateAddress(link, `its host is ${special} address; link to a public one`);
    }
    if (target === undefined || target.outcome.type !== 'failure') return;
    const { reason, message } = target.outcome;
    if (reason === 'refused-address') yield privateAddress(link, message);
    // What is refused without a redirect is the link's own, and told by the check of its document.
    else if (target.outcome.redirects.length === 0) return;
    else if (reason === 'refused-scheme' || reason === 'refused-origin') yield redirectedAway(link, message);
  },
};

/** Schemes by which a client reads its own files, or runs what the document says. */
const UNSAFE = /^(?:about|blob|data|file|filesystem|javascript|vbscript|view-source):/;

/** What is special about the address that a link names; undefined for public ones, names, and the document's own host. */
function specialAddressOf({ from, to }: ResolvedLink): string | undefined {
  const { hostname } = new URL(to);
  if (hostname === new URL(from).hostname) return undefined;
  if (/(?:^|\.)localhost\.?$/.test(hostname)) return 'a loopback';
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? undefined : describeSpecialAddress(host);
}

const schemeOf = (link: ResolvedLink): string => parseIri(link.to).scheme ?? '';

const unsafeScheme = (link: ResolvedLink): Remark => ({
  rule: 'unsafe-scheme',
  level: 'error',
  message: `${describeLink(link)} has the scheme "${schemeOf(link)}", which can reach into the machine of who follows it, and was not followed; link to http or https IRIs`,
  see: 'RFC 3986, section 7',
});

const otherScheme = (link: ResolvedLink): Remark => ({
  rule: 'other-scheme',
  level: 'note',
  message: `${describeLink(link)} has the scheme "${schemeOf(link)}" and was not followed; only http and https IRIs are`,
  see: 'RFC 9110, section 4.2',
});

const unusable = (link: ResolvedLink): Remark => ({
  rule: 'unusable-iri',
  level: 'error',
  message: `${describeLink(link)} makes no URL that can be asked for: its host cannot be read, or it is too long`,
  see: 'RFC 9110, section 4.1',
});

const otherOrigin = (link: ResolvedLink): Remark => ({
  rule: 'other-origin',
  level: 'note',
  message: `${describeLink(link)} leads to another origin and was not followed; name its origin if it belongs to the API`,
});

const privateAddress = (link: ResolvedLink, message: string): Remark => ({
  rule: 'private-address',
  level: 'error',
  message: `${describeLink(link)} was not followed: ${message}`,
});

const redirectedAway = (link: ResolvedLink, message: string): Remark => ({
  rule: 'redirected-away',
  level: 'warning',
  message: `${describeLink(link)} is redirected to where it was not followed: ${message}`,
});

import type { FailureReason } from '../exchange.js';
import { describeLink, type ResolvedLink } from '../walk/link.js';
import type { Check, Remark } from './check.js';

export const limits: Check = {
  name: 'limits',
  summary: 'answers are of a size, at a speed and in an encoding that clients can take',
  explanation:
    'A client must protect itself from answers without end, and gives up at its own limits. A catalog that leads to ' +
    'ever more catalogs can never be walked whole; where the walk stopped is told here.',
  see: 'RFC 9110, section 15.5',

  *ofLink({ link, target, isFirst }) {
    if (target?.outcome.type !== 'failure' || !isFirst) return;
    const { reason, message } = target.outcome;
    const advice = ADVICE[reason];
    if (advice !== undefined) yield beyondLimit(link, reason, message, advice);
  },

  *ofApi({ unfinished }) {
    if (unfinished !== undefined) yield notWalkedWhole(unfinished);
  },
};

const ADVICE: { readonly [reason in FailureReason]?: string } = {
  'too-large': 'or split it into pages',
  'too-slow': 'or answer sooner',
  'bad-encoding': 'send what Content-Encoding says',
  'bad-http': 'send well-formed HTTP',
};

const beyondLimit = (link: ResolvedLink, reason: FailureReason, message: string, advice: string): Remark => ({
  rule: reason,
  level: 'error',
  message: `what ${describeLink(link)} leads to cannot be read: ${message}; ${advice}`,
  ...(reason === 'bad-encoding' && { see: 'RFC 9110, section 8.4' }),
  ...(reason === 'bad-http' && { see: 'RFC 9112' }),
});

const notWalkedWhole = (why: string): Remark => ({
  rule: 'unfinished',
  level: 'note',
  message: `the API was not walked whole: ${why}`,
});

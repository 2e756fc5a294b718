// Two checks that a team asks of its own APIs, beside those of `shoji check`:
//   npx shoji check https://api.example.org/ --checks dist/examples/own-check/index.js
import type { Check } from 'koa-shoji/check';

const title: Check = {
  name: 'title',
  summary: 'every catalog has a title',
  explanation: 'People find their way by titles. A catalog that has none is shown to them by its IRI.',
  see: 'our style guide, section 2',

  *ofResource({ kind, shoji }) {
    if (kind !== 'catalog' || typeof shoji?.['title'] === 'string') return;
    yield { rule: 'no-title', level: 'warning', message: 'it has no "title"; give its class one' };
  },
};

/** Most bytes of a document, decoded: a phone on a train waits about a second for them. */
const MAX_BYTES = 100_000;

const size: Check = {
  name: 'size',
  summary: `no document has more than ${MAX_BYTES} bytes`,
  explanation:
    'A client on a slow line waits for the last byte of a catalog before it shows the first entity.',
  see: 'our style guide, section 5',

  *ofResource({ response }) {
    const bytes = response?.body.length ?? 0;
    if (bytes <= MAX_BYTES) return;
    yield { rule: 'too-many-bytes', level: 'error', message: `it has ${bytes} bytes; show fewer on a page` };
  },
};

export default [title, size];

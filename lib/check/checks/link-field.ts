import { checkIri } from '../../protocol/iri/check.js';
import { resolveIri } from '../../protocol/iri/resolve.js';
import type { Outcome } from '../exchange.js';
import { canonicalIri } from '../walk/canonical-iri.js';
import { isAlive } from '../walk/known-resource.js';
import type { Walked } from '../walk/walked.js';
import type { Check, Remark } from './check.js';
import { listOf, show } from './fields.js';

export const linkField: Check = {
  name: 'link-field',
  summary: 'what Link and Content-Location name is there',
  explanation:
    'Clients and caches follow links in fields as they follow those in documents: to a schema, to the next page, to ' +
    'the resource whose representation an answer is.',
  see: 'RFC 8288, section 3',

  async *ofApi(walked) {
    const asked = new Map<string, Outcome>();
    for (const { iri, outcome } of walked.resources.values()) {
      if (outcome.type === 'failure' || outcome.redirects.length > 0 || !isAlive({ outcome })) continue;
      const links = readLinks(outcome.headers.get('link'));
      if (links === undefined) yield malformed(iri, outcome.headers.get('link'));
      const location = outcome.headers.get('content-location');
      const named = [
        ...(links ?? []).map((reference) => ['Link', reference] as const),
        ...(location === undefined ? [] : [['Content-Location', location] as const]),
      ];
      for (const [field, reference] of named) {
        const to = checkIri(reference) === undefined ? canonicalIri(resolveIri(reference, iri)) : undefined;
        if (to === undefined) {
          yield noIri(iri, field, reference);
          continue;
        }
        if (walked.isStopped) return;
        const found = walked.resources.get(to)?.outcome ?? asked.get(to) ?? (await fetch(walked, to, asked));
        if (found?.type === 'answer' && GONE.has(found.status)) yield dead(iri, field, to, found.status);
      }
    }
  },
};

/** Many more IRIs than any API has such fields for are made up. */
const MOST_FETCHED = 200;

const GONE: ReadonlySet<number> = new Set([400, 404, 410, 500]);

async function fetch(
  { client, start }: Walked,
  iri: string,
  asked: Map<string, Outcome>,
): Promise<Outcome | undefined> {
  if (asked.size === MOST_FETCHED || !URL.canParse(iri) || new URL(iri).origin !== new URL(start).origin) {
    return undefined;
  }
  const outcome = await client.follow({ method: 'GET', iri });
  asked.set(iri, outcome);
  return outcome;
}

/** The targets of a Link field; undefined where it is malformed. */
function readLinks(field: string | undefined): readonly string[] | undefined {
  const targets = [];
  // A comma may stand within the brackets, too.
  for (const link of listOf(field?.replace(/<[^>]*>/g, (target) => target.replaceAll(',', '%2C')))) {
    const [, target] = /^<([^>]*)>[ \t]*(?:;|$)/.exec(link) ?? [];
    if (target === undefined) return undefined;
    targets.push(target);
  }
  return targets;
}

const malformed = (iri: string, field: string | undefined): Remark => ({
  rule: 'malformed-link',
  level: 'warning',
  iri,
  message: `Link is ${show(field)}, which cannot be read; write it as in </items/>; rel="collection"`,
});

const noIri = (iri: string, field: string, reference: string): Remark => ({
  rule: 'malformed-link',
  level: 'warning',
  iri,
  message: `${field} names ${show(reference)}, which is no IRI reference; write one`,
});

const dead = (iri: string, field: string, to: string, status: number): Remark => ({
  rule: 'dead-field',
  level: 'error',
  iri,
  message: `the field ${field} names ${to}, which answers ${status}; name what is there, or leave the field out`,
  ...(field === 'Content-Location' && { see: 'RFC 9110, section 8.7' }),
});

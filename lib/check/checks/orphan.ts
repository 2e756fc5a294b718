import { resolveIri } from '../../protocol/iri/resolve.js';
import { resolveTemplate } from '../../protocol/uri-template/resolve.js';
import { UriTemplate } from '../../protocol/uri-template/uri-template.js';
import type { Outcome } from '../exchange.js';
import { canonicalIri } from '../walk/canonical-iri.js';
import { isAlive } from '../walk/known-resource.js';
import type { Walked } from '../walk/walked.js';
import type { Check, Remark } from './check.js';

export const orphan: Check = {
  name: 'orphan',
  summary: 'every resource that is known of can be reached by links',
  explanation:
    'A client that knows one IRI and follows links never comes to what nothing links to. Which resources there are ' +
    'is given by the option `known`, from a log or a table of routes.',
  see: 'Shoji draft 02, section 1.1',

  async *ofApi(walked) {
    const { start, options, client, unfinished } = walked;
    const reached = reachedIris(walked);
    const templates = walked.templates.flatMap(readTemplate);
    for (const text of options.known ?? []) {
      const iri = canonicalIri(resolveIri(text, start));
      if (iri === undefined) continue;
      const linked = reached.has(iri) || templates.some((template) => template.match(iri) !== undefined);
      const outcome = walked.resources.get(iri)?.outcome ?? (await client.follow({ method: 'GET', iri }));
      if (outcome.type === 'failure' && outcome.reason === 'stopped') return;
      if (outcome.type === 'failure' && outcome.reason.startsWith('refused-')) {
        yield knownElsewhere(iri, outcome.message);
      } else if (!isAlive({ outcome })) yield knownDead(iri, outcome);
      // Of a walk that was ended early it is not known what it would have come to.
      else if (!linked && unfinished === undefined && !reached.has(canonicalIri(outcome.iri))) {
        yield notLinked(iri);
      }
    }
  },
};

function reachedIris({ start, resources, links }: Walked): ReadonlySet<string | undefined> {
  const reached = new Set<string | undefined>([start, ...resources.keys()]);
  for (const found of links.values()) for (const { to } of found) reached.add(to);
  reached.delete(undefined);
  return reached;
}

function readTemplate({ text, base }: Walked['templates'][number]): readonly UriTemplate[] {
  return UriTemplate.check(text) === undefined ? [UriTemplate.parse(resolveTemplate(text, base))] : [];
}

const notLinked = (iri: string): Remark => ({
  rule: 'orphan',
  level: 'warning',
  iri,
  message: 'it answers, but no link and no template leads to it; link to it from where clients look for it',
});

const knownElsewhere = (iri: string, message: string): Remark => ({
  rule: 'known-elsewhere',
  level: 'warning',
  iri,
  message: `it is among the IRIs that the API is known to have, but was not asked for: ${message}`,
});

const knownDead = (iri: string, outcome: Outcome): Remark => ({
  rule: 'known-dead',
  level: 'error',
  iri,
  message: `it is among the IRIs that the API is known to have, but ${outcome.type === 'answer' ? `answers ${outcome.status}` : `does not answer (${outcome.message})`}; serve it, or leave it out of them`,
});

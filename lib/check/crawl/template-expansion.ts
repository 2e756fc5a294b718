import { resolveIri } from '../../protocol/iri/resolve-iri.js';
import { resolveTemplate } from '../../protocol/uri-template/resolve-template.js';
import type { MatchedValue } from '../../protocol/uri-template/match.js';
import type { TemplateScalar, TemplateValue } from '../../protocol/uri-template/expand.js';
import { UriTemplate } from '../../protocol/uri-template/uri-template.js';
import { canonicalIri } from './canonical-iri.js';
import type { CrawledApi } from './crawled-api.js';
import { expectedOf, kindsOf } from './crawled-link.js';
import type { CrawledLink, TemplateExpansion, ValueSource } from './crawled-link.js';

/**
 * Chooses what to expand a template with: the values that the user gave or that documents have, and nothing at all
 * where every variable may be left out.
 */
export function expansionsOf(
  link: CrawledLink,
  template: UriTemplate,
  api: CrawledApi,
): readonly TemplateExpansion[] {
  const { required, optional } = variablesOf(template);
  const values: Record<string, TemplateValue> = {};
  let source: ValueSource = 'given';
  const sample = valuesSeen(link, template, api);
  for (const name of [...required, ...optional]) {
    const given = ownValue(api.options.values, name);
    const seen = given === undefined ? sample(name) : undefined;
    if (given !== undefined) values[name] = given;
    else if (seen !== undefined) {
      values[name] = seen;
      if (source === 'given') source = 'seen';
    } else if (required.has(name)) {
      values[name] = GUESSED_VALUE;
      source = 'guessed';
    }
  }
  const isEmpty = Object.keys(values).length === 0;
  const withNothing: TemplateExpansion = { values: {}, source: 'none' };
  if (required.size > 0) return [{ values, source }];
  return isEmpty ? [withNothing] : [{ values, source }, withNothing];
}

interface Variables {
  /** Without them the path is not whole. */
  readonly required: ReadonlySet<string>;
  /** Of the query or the fragment. */
  readonly optional: ReadonlySet<string>;
}

function variablesOf({ parts }: UriTemplate): Variables {
  const required = new Set<string>();
  const optional = new Set<string>();
  for (const part of parts) {
    if (part.type !== 'expression') continue;
    const isOptional = '?&#'.includes(part.operator) && part.operator !== '';
    for (const { name } of part.variables) (isOptional ? optional : required).add(name);
  }
  for (const name of required) optional.delete(name);
  return { required, optional };
}

/** Looks for values in the index and the entities of the catalog that the link stands in or leads to, then in IRIs. */
function valuesSeen(
  link: CrawledLink,
  template: UriTemplate,
  api: CrawledApi,
): (name: string) => TemplateScalar | undefined {
  const catalogs = [link.from, catalogMeant(link, template, api)].filter((iri) => iri !== undefined);
  const bodies = catalogs.flatMap((catalog): Readonly<Record<string, TemplateScalar>>[] => [
    ...(api.resources.get(catalog)?.tuples.values() ?? []),
    ...(api.links.get(catalog) ?? [])
      .filter(({ member }) => member === 'entities' || member === 'index')
      .map(({ to }) => api.resources.get(to)?.scalars ?? {}),
  ]);
  const matched = matchedValues(link, api);
  return (name) => {
    for (const body of bodies) {
      const value = ownValue(body, name);
      if (value !== undefined) return value;
    }
    return ownValue(matched, name);
  };
}

/** The resource that the template leads to where nothing is set, such as `products/` for `products/{?category}` and `products/{id}`. */
function catalogMeant({ base }: CrawledLink, template: UriTemplate, api: CrawledApi): string | undefined {
  const bare = expandTo(template, {}, base);
  return [bare, bare?.replace(/\/$/, '')].find((iri) => iri !== undefined && api.resources.has(iri));
}

/** The canonical IRI that a template expands to; undefined where its values cannot be expanded. */
function expandTo(
  template: UriTemplate,
  values: TemplateExpansion['values'],
  base: string,
): string | undefined {
  try {
    return canonicalIri(resolveIri(template.expand(values), base));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The values with which the template gives an IRI that is known: one of the kind that is promised, if there is one. */
function matchedValues(
  { text, base, member, dialect }: CrawledLink,
  { resources }: CrawledApi,
): Readonly<Record<string, TemplateScalar>> {
  const whole = UriTemplate.parse(resolveTemplate(text, base));
  const kinds = kindsOf(member, dialect);
  let otherwise: Readonly<Record<string, TemplateScalar>> = {};
  for (const { iri, kind } of [...resources.values()].slice(0, MAX_IRIS_MATCHED)) {
    const scalars = Object.entries(whole.match(iri) ?? {}).filter(isScalar);
    if (scalars.length === 0) continue;
    if (kinds === undefined || kinds.includes(kind)) return Object.fromEntries(scalars);
    // What is a value where a document is wanted, or the other way round, matches by chance.
    if ((kind === 'value') === (expectedOf(member) === 'value')) otherwise = Object.fromEntries(scalars);
  }
  return otherwise;
}

const MAX_IRIS_MATCHED = 200;

function isScalar(entry: [string, MatchedValue]): entry is [string, string] {
  return typeof entry[1] === 'string' && entry[1] !== '';
}

function ownValue<Value>(
  values: Readonly<Record<string, Value>> | undefined,
  name: string,
): Value | undefined {
  return values !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
}

/** It is a number, a text and an id. */
const GUESSED_VALUE = '1';

/** Templates longer than this are not expanded: what they expand to could be longer without bound. */
export const MAX_TEMPLATE_LENGTH = 2000;

/** IRIs longer than this are not asked for; servers refuse them. */
export const MAX_IRI_LENGTH = 8000;

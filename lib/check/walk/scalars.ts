import type { Json } from '../../protocol/documents.js';
import { resolveIri } from '../../protocol/iri/resolve.js';
import { isObject } from '../../protocol/json/values.js';
import type { TemplateScalar } from '../../protocol/uri-template/uri-template.js';
import { canonicalIri } from './canonical-iri.js';

type Scalars = Readonly<Record<string, TemplateScalar>>;

const MOST_MEMBERS = 100;
const LONGEST_TEXT = 256;

/** Members of an object that can stand in a template's place: short and well-formed, numbers and booleans too. */
export function scalarsOf(value: Json | undefined): Scalars {
  const scalars: Record<string, TemplateScalar> = Object.create(null);
  if (!isObject(value)) return scalars;
  for (const [name, member] of Object.entries(value).slice(0, MOST_MEMBERS)) {
    const scalar = scalarOf(member);
    if (scalar !== undefined) scalars[name] = scalar;
  }
  return scalars;
}

/** The value itself where it can stand in a template's place. */
export function scalarOf(value: Json | undefined): TemplateScalar | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return typeof value === 'string' && isShortText(value) ? value : undefined;
}

function isShortText(text: string): boolean {
  return text !== '' && text.length <= LONGEST_TEXT && !/\p{Surrogate}/u.test(text);
}

/** The same for each tuple of an index, by the canonical IRI of its entity. */
export function tuplesOf(index: Json | undefined, base: string): ReadonlyMap<string, Scalars> {
  const tuples = new Map<string, Scalars>();
  if (!isObject(index)) return tuples;
  for (const [reference, tuple] of Object.entries(index).slice(0, MOST_MEMBERS)) {
    const iri = canonicalIri(resolveIri(reference, base));
    if (iri !== undefined) tuples.set(iri, scalarsOf(tuple));
  }
  return tuples;
}

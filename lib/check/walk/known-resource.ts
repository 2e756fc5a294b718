import type { TemplateScalar } from '../../protocol/uri-template/uri-template.js';
import type { Outcome } from '../exchange.js';
import type { ResourceKind } from '../survey.js';

/** What a walk keeps of a resource once it was checked: no bytes of it, so that large APIs fit into memory. */
export interface KnownResource {
  readonly iri: string;
  readonly depth: number;
  readonly kind: ResourceKind;
  /** What GET gave, after redirects, without the body. */
  readonly outcome: Outcome;
  readonly title: string | undefined;
  /** Absolute and canonical; undefined where the document has none, or a bad one. */
  readonly self: string | undefined;
  /** Whether `self` names the resource without regard to where it was fetched from. */
  readonly isSelfOwn: boolean;
  /** Of the bytes of the body. */
  readonly digest: string | undefined;
  /** Members of the entity's `body` that can be values of a template's variables. */
  readonly scalars: Readonly<Record<string, TemplateScalar>>;
  /** Of a value: the value itself, where it could be that of a template's variable. */
  readonly value: TemplateScalar | undefined;
  /** The same as `scalars` for the tuples of a catalog's `index`, by the canonical IRI of the entity. */
  readonly tuples: ReadonlyMap<string, Readonly<Record<string, TemplateScalar>>>;
}

/** Whether GET was answered with 2xx. */
export function isAlive({ outcome }: Pick<KnownResource, 'outcome'>): boolean {
  return outcome.type === 'answer' && outcome.status >= 200 && outcome.status < 300;
}

import type { Dialect } from '../../protocol/dialects/dialects.js';
import type { Outcome } from '../exchange.js';
import type { TemplateValues } from '../../protocol/uri-template/uri-template.js';
import type { KnownResource } from './known-resource.js';

/** A link as a document has it. */
export interface Link {
  /** Absolute IRI of the document that it stands in. */
  readonly from: string;
  /** What the document's references are resolved against. */
  readonly base: string;
  /** The member that it stands in: `catalogs`, `entities`, `index` … */
  readonly member: string;
  /** Undefined for entities, which have none. */
  readonly name: string | undefined;
  readonly pointer: string;
  /** As the document writes it: an IRI reference or a template. */
  readonly text: string;
  /** Whether `text` is a template. */
  readonly isTemplate: boolean;
  /** Of the document that it stands in. */
  readonly dialect: Dialect;
}

/** Where the values of an expanded template are from: given by the user, seen in documents, or made up. */
export type ValueSource = 'given' | 'seen' | 'guessed' | 'none';

/** What a template was expanded with. */
export interface Expansion {
  readonly values: TemplateValues;
  /** The least certain source of them all. */
  readonly source: ValueSource;
}

/** A link of which it is known where it leads. */
export interface ResolvedLink extends Link {
  /** The IRI reference: `text`, or what it was expanded to. */
  readonly reference: string;
  /** Absolute and canonical. */
  readonly to: string;
  /** Undefined where the link is no template. */
  readonly expansion?: Expansion;
}

/** Why a link is not followed: its scheme, its origin, or that no URL can be made of it. */
export type Refusal = 'scheme' | 'origin' | 'unusable';

/** A link, and what became of it. */
export interface CheckedLink {
  readonly link: ResolvedLink;
  /** Undefined where it was not followed. */
  readonly target?: KnownResource;
  /** Why it was not followed, if it is the link's own doing. */
  readonly refusal?: Refusal;
  /** Whether no other link led there before; what is wrong with the target itself is told once. */
  readonly isFirst: boolean;
  /** What answers where a base of `/users` is read as `/users/`; asked for where `target` is not found. */
  readonly byDraft?: { readonly iri: string; readonly outcome: Outcome };
}

/** How a finding names a link. */
export function describeLink({ member, name, text }: Link): string {
  const shown = JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
  if (member === '') return 'the IRI that the walk starts from';
  return name === undefined ? `${shown} in "${member}"` : `${JSON.stringify(name)} in "${member}", ${shown},`;
}

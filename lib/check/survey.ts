/** What a resource turned out to be. */
export type ResourceKind = 'catalog' | 'entity' | 'view' | 'order' | 'value' | 'unknown';

/** A resource that the walk came to, whether it could be fetched or not. */
export interface SurveyedResource {
  /** Absolute, normalised. */
  readonly iri: string;
  readonly kind: ResourceKind;
  /** Undefined where nothing was answered, or nothing was asked. */
  readonly status?: number;
  /** The document's `title`. */
  readonly title?: string;
  /** How many links away from the start. */
  readonly depth: number;
}

/** A link that the walk came to. */
export interface SurveyedLink {
  /** Absolute IRI of the document that it stands in. */
  readonly from: string;
  /** Absolute IRI that it leads to; of a template, what it was expanded to. */
  readonly to: string;
  /** The member that it stands in: `catalogs`, `entities`, `index` … */
  readonly member: string;
  /** Undefined for entities, which have none. */
  readonly name?: string;
  /** JSON Pointer of the link within its document. */
  readonly pointer: string;
  /** The template, where it is one. */
  readonly template?: string;
  /** Whether it was followed; not where a limit or the allowed origins forbid it. */
  readonly followed: boolean;
}

/** What a walk found an API to be: its link graph, complete or as far as it got. */
export interface Survey {
  /** The IRI that the walk began at. */
  readonly start: string;
  readonly resources: readonly SurveyedResource[];
  readonly links: readonly SurveyedLink[];
  readonly requests: number;
  /** Milliseconds. */
  readonly duration: number;
  /** Why the walk did not come to its end: a limit, or that it was stopped. */
  readonly unfinished?: string;
}

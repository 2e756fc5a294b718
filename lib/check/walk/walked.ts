import type { Client } from '../exchange.js';
import type { CheckOptions } from '../options.js';
import type { KnownResource } from './known-resource.js';
import type { Link, ResolvedLink } from './link.js';

/** What a walk has come to know so far. */
export interface Walked {
  /** Canonical. */
  readonly start: string;
  readonly options: CheckOptions;
  readonly client: Client;
  /** By their canonical IRIs. */
  readonly resources: ReadonlyMap<string, KnownResource>;
  /** By the IRI of the document that they stand in. */
  readonly links: ReadonlyMap<string, readonly ResolvedLink[]>;
  /** Links that are templates, as they stand in documents. */
  readonly templates: readonly Link[];
  /** Why the walk did not come to its end. */
  readonly unfinished: string | undefined;
  /** Whether it was ended by a signal or the limit on time, so that nothing more is to be begun. */
  readonly isStopped: boolean;
}

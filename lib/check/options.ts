import type { Dialect } from '../protocol/dialects/dialects.js';
import type { Json } from '../protocol/documents.js';
import type { TemplateValues } from '../protocol/uri-template/uri-template.js';

/** An address that a host name stands for. */
export interface HostAddress {
  /** IPv4 or IPv6, as text. */
  readonly address: string;
  readonly family: 4 | 6;
}

/** Finds the addresses of a host name. */
export type Resolver = (hostname: string) => Promise<readonly HostAddress[]>;

/** How far a request may go, and how much it may bring. */
export interface FetchOptions {
  /** Sent with every request to the start's origin and to `origins`, never elsewhere: tokens, for example. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Origins (`https://api.example.org`) that may be fetched from besides the start's own. */
  readonly origins?: readonly string[];
  /**
   * Whether addresses that are not public (loopback, private, link-local, metadata …) may be connected to;
   * `false` by default. The start's own host may have such an address in any case: it was named on purpose.
   */
  readonly allowPrivate?: boolean;
  /** Most redirects after one another; 5 by default, which is the most that can be asked for. */
  readonly redirects?: number;
  /** Most bytes of one answer, decoded; 16 MiB by default. */
  readonly bytes?: number;
  /** Most time for one answer, in milliseconds; 10,000 by default. */
  readonly timeout?: number;
  /** Most connections at once; 4 by default. */
  readonly concurrency?: number;
  /** Most requests a second; as many as are answered by default. */
  readonly rate?: number;
  /** In the place of the system's resolver. */
  readonly resolver?: Resolver;
}

/** What to check, and how far to go. */
export interface CheckOptions extends FetchOptions {
  /** `draft-02` by default. */
  readonly dialect?: Dialect | 'auto';
  /** The names of the checks to make; all by default. */
  readonly checks?: readonly string[];
  /** How many links to follow from the start at most; without end by default. */
  readonly depth?: number;
  /** How many resources to fetch at most; 1,000 by default. */
  readonly documents?: number;
  /** How long to go on at most, in milliseconds; 10 minutes by default. */
  readonly time?: number;
  /** Values for the variables of templates, which are sampled from the API's own documents otherwise. */
  readonly values?: TemplateValues;
  /** IRIs that the API is known to have, so that those are reported that no link leads to. */
  readonly known?: readonly string[];
  /** A scratch catalog that may be written to, and an entity's body to write; nothing is written without it. */
  readonly write?: { readonly catalog: string; readonly body?: Readonly<Record<string, Json>> };
  /** Ends the walk; what is known so far is reported. */
  readonly signal?: AbortSignal;
  /** Told after each resource. */
  readonly onProgress?: (progress: CheckProgress) => void;
}

/** How far a walk has come. */
export interface CheckProgress {
  /** Resources that were fetched and checked. */
  readonly done: number;
  /** Resources that are known of, or the limit on them where that is less. */
  readonly known: number;
  readonly requests: number;
  readonly findings: number;
}

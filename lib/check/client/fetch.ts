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

/** A request to make. */
export interface FetchRequest {
  readonly method: string;
  /** Absolute. */
  readonly iri: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A response, of whatever status. */
export interface FetchResponse {
  readonly type: 'response';
  /** The IRI that answered: the last one where redirects were followed. */
  readonly iri: string;
  readonly status: number;
  /** By lower-case name; fields of one name are joined by `, `. */
  readonly headers: ReadonlyMap<string, string>;
  /** Decoded. */
  readonly body: Uint8Array;
  /** The redirects that led here, in their order. */
  readonly redirects: readonly Redirect[];
}

/** One redirect that was followed. */
export interface Redirect {
  readonly from: string;
  readonly to: string;
  readonly status: number;
}

/**
 * Why there is no response:
 * - `refused-scheme`: neither http nor https;
 * - `refused-origin`: an origin that is not allowed;
 * - `refused-address`: an address that is not public;
 * - `too-many-redirects`, `malformed-redirect`;
 * - `too-large`, `too-slow`: beyond the limit on bytes, or on time;
 * - `bad-encoding`: what Content-Encoding promises does not come;
 * - `bad-http`: what came is no HTTP;
 * - `unreachable`: no connection, or one that broke;
 * - `stopped`: the crawl was ended.
 */
export type FetchFailureReason =
  | 'refused-scheme'
  | 'refused-origin'
  | 'refused-address'
  | 'too-many-redirects'
  | 'malformed-redirect'
  | 'too-large'
  | 'too-slow'
  | 'bad-encoding'
  | 'bad-http'
  | 'unreachable'
  | 'stopped';

/** A request that got no response that can be looked at. */
export interface FetchFailure {
  readonly type: 'failure';
  /** The IRI that failed: the last one where redirects were followed. */
  readonly iri: string;
  readonly reason: FetchFailureReason;
  /** Says what happened, and what can be done about it. */
  readonly message: string;
  readonly redirects: readonly Redirect[];
}

/** The response to a request, or why there is none. */
export type FetchOutcome = FetchResponse | FetchFailure;

/** Makes requests within the limits that it was made with; never throws for what a server does. */
export interface HttpClient {
  /** Makes one request; a redirect is a response like any other. */
  send(request: FetchRequest): Promise<FetchOutcome>;
  /** Makes a request and follows its redirects, each as carefully as the first. GET and HEAD only. */
  follow(request: FetchRequest): Promise<FetchOutcome>;
  /** How many requests were sent. */
  readonly requests: number;
  /** Closes its connections. */
  close(): void;
}

/** Thrown within the client where a request gets no response; never leaves it. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
  readonly code = 'SHOJI_FETCH';
  readonly reason: FetchFailureReason;

  /** @param message - what happened, and what can be done about it */
  constructor(reason: FetchFailureReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

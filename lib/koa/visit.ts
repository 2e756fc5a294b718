import type { RequestContext } from '../resource/exchange.js';
import type { Incoming } from './incoming.js';
import type { ApiContext } from './served.js';

/** One request on its way through the ladder: the API that it is for, how it came, and what it is to classes. */
export interface Visit {
  readonly served: ApiContext;
  readonly incoming: Incoming;
  readonly exchange: RequestContext;
}

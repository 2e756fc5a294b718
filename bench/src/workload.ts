import type { Absence, Goal } from './outcome.js';
import type { Request } from './request.js';
import type { AppSpec } from './users.js';

/** One contestant's part in a workload. */
export interface Entry {
  /** Its name in the table. */
  readonly label: string;
  /** Its module in `contestants/`. */
  readonly contestant: string;
  /** What it serves; a store is written as `memory`, `sqlite` or `postgres`. */
  readonly spec: AppSpec;
}

/** Requests that are sent to several servers, one after the other. */
export interface HttpWorkload {
  readonly name: string;
  readonly title: string;
  readonly entries: readonly Entry[];
  /** The label that all others are compared to. */
  readonly reference: string;
  readonly connections: number;
  readonly goals: readonly Goal[];
  /** Who would belong here, and cannot be had. */
  readonly absent?: readonly Absence[];
  /** Sent in turn; the first one's answer is compared. */
  requests(entry: Entry): readonly Request[];
  /** Whether requests are sent with `If-None-Match` and the ETag that the answer had. */
  readonly revalidate?: boolean;
}

const PLAIN: AppSpec = { entities: 100, classes: 1, store: 'memory', paged: false, conditional: false };

/** Entries that all serve the same, each labelled as its contestant. */
export function entries(contestants: readonly string[], spec: Partial<AppSpec> = {}): Entry[] {
  return contestants.map((contestant) => entry(contestant, contestant, spec));
}

export function entry(label: string, contestant: string, spec: Partial<AppSpec> = {}): Entry {
  return { label, contestant, spec: { ...PLAIN, ...spec } };
}

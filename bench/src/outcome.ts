import type { Spread } from './statistics.js';

/** What is wanted of one contestant beside another, in one run. */
export interface Goal {
  readonly of: string;
  readonly against: string;
  /** The least ratio, or the greatest where less is better. */
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** What one contestant did in one workload. */
export interface Row {
  readonly label: string;
  readonly note: string;
  /** To the reference. */
  readonly ratio: Spread;
  /** To the reference, by the CPU time of the server alone. */
  readonly cpuRatio?: Spread;
  readonly served?: Served;
}

/** How a server answered. */
export interface Served {
  /** The packages that it is made of. */
  readonly packages: readonly string[];
  readonly status: number;
  /** Where its answer differs from that of the model. */
  readonly differs: string;
  /** What part of its core the server took, and what part of its own core the load. */
  readonly serverCpu: number;
  readonly loadCpu: number;
  /** Resident memory in bytes. */
  readonly memory: { readonly atRest: number; readonly peak: number };
}

/** One workload's results. */
export interface Outcome {
  readonly name: string;
  readonly title: string;
  /** What the ratio is of. */
  readonly measure: string;
  readonly lessIsBetter: boolean;
  readonly reference: string;
  readonly rows: readonly Row[];
  readonly absent: readonly Absence[];
  readonly goals: readonly (Goal & { readonly reached: Spread })[];
}

/** A contestant that could not take part, and why. */
export interface Absence {
  readonly label: string;
  readonly reason: string;
}

/** How much is measured. */
export interface Plan {
  readonly quick: boolean;
  /** How often all servers of a workload are started. */
  readonly sessions: number;
  /** How many rounds each time. */
  readonly rounds: number;
  /** How many answers a server gives before it is measured, so that its code is compiled. */
  readonly warmUpAnswers: number;
  /** How long it is given for them at most, in milliseconds. */
  readonly warmUp: number;
  /** How long one measurement takes, in milliseconds. */
  readonly duration: number;
  /** The contestants that take part; all where undefined. */
  readonly contestants: readonly string[] | undefined;
}

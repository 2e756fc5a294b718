import { compare } from './comparison.js';
import type { Cores } from './cores.js';
import { load } from './load.js';
import type { Outcome, Plan, Row } from './outcome.js';
import { prepare, sample } from './runner.js';
import type { Runner, Sample } from './runner.js';
import { ratios, spreadOf } from './statistics.js';
import type { Storage } from './storage.js';
import type { Entry, HttpWorkload } from './workload.js';

/** What a workload is carried out with. */
export interface Means {
  readonly plan: Plan;
  readonly cores: Cores | undefined;
  readonly storage: Storage;
}

/** What was measured of one entry so far. */
interface Measured {
  /** As it was started first. */
  readonly runner: Runner;
  /** Where its answer differs from the model's. */
  readonly differs: string;
  readonly samples: Sample[];
  /** The most memory that its server took, in bytes. */
  peak: number;
}

/** Carries out a workload: all its servers, each alone, in turns that follow each other closely. */
export async function runHttp(workload: HttpWorkload, means: Means): Promise<Outcome> {
  const rounds = new Rounds(workload, means);
  for (let session = 0; session < means.plan.sessions; session += 1) await rounds.session();
  return rounds.outcome();
}

class Rounds {
  readonly #workload: HttpWorkload;
  readonly #means: Means;
  readonly #measured = new Map<string, Measured>();
  /** Why those take no part that do not, by label. */
  readonly #absent = new Map<string, string>();
  #wanted: readonly Entry[];

  constructor(workload: HttpWorkload, means: Means) {
    const { contestants } = means.plan;
    this.#workload = workload;
    this.#means = means;
    this.#wanted = workload.entries.filter(
      ({ contestant }) => contestants === undefined || contestants.includes(contestant),
    );
  }

  /** Starts all servers, measures them round by round, and stops them. */
  async session(): Promise<void> {
    const { plan } = this.#means;
    const runners: Runner[] = [];
    try {
      for (const entry of this.#wanted) {
        await this.#orDropOut(entry, async () => {
          runners.push(await prepare(this.#workload, entry, this.#means.storage, this.#means.cores?.server));
        });
      }
      await this.#each(runners, async (runner) => {
        this.#admit(runner, runners[0] ?? runner);
        await load({ ...runner.load, duration: plan.warmUp, most: plan.warmUpAnswers });
      });
      for (let round = 0; round < plan.rounds; round += 1) {
        await this.#each(turned(runners, round), async (runner) => {
          this.#of(runner).samples.push(await sample(runner, plan.duration));
        });
      }
      await this.#each(runners, async (runner) => {
        const measured = this.#of(runner);
        measured.peak = Math.max(measured.peak, (await runner.server.usage()).peak);
      });
    } finally {
      await Promise.all(runners.map(({ server }) => server.stop()));
    }
  }

  outcome(): Outcome {
    const { name, title, goals, reference, absent = [] } = this.#workload;
    const labels = this.#wanted.map(({ label }) => label);
    const against = labels.includes(reference) ? reference : (labels[0] ?? reference);
    const taking = (label: string) => labels.includes(label);
    return {
      name,
      title,
      measure: 'requests per second',
      lessIsBetter: false,
      reference: against,
      rows: labels.map((label) => this.#row(label, against)),
      absent: [...absent, ...[...this.#absent].map(([label, reason]) => ({ label, reason }))],
      goals: goals
        .filter((goal) => taking(goal.of) && taking(goal.against))
        .map((goal) => ({ ...goal, reached: this.#ratio(goal.of, goal.against, ({ rate }) => rate) })),
    };
  }

  /** @throws {Error} where it answers something else than the model */
  #admit(runner: Runner, model: Runner): void {
    const { label } = runner.entry;
    const differs = compare(runner.answer, model.answer);
    if (!this.#measured.has(label)) this.#measured.set(label, { runner, differs, samples: [], peak: 0 });
  }

  #of({ entry }: Runner): Measured {
    return this.#measured.get(entry.label) as Measured;
  }

  /** Does something with each that still takes part. */
  async #each(runners: readonly Runner[], work: (runner: Runner) => Promise<void>): Promise<void> {
    for (const runner of runners) {
      if (this.#wanted.includes(runner.entry)) await this.#orDropOut(runner.entry, () => work(runner));
    }
  }

  async #orDropOut(entry: Entry, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#absent.set(entry.label, (error as Error).message);
      this.#wanted = this.#wanted.filter((other) => other !== entry);
    }
  }

  #row(label: string, against: string): Row {
    const { runner, differs, samples, peak } = this.#measured.get(label) as Measured;
    const { note, packages } = runner.server.described;
    const middle = (of: (one: Sample) => number) => spreadOf(samples.map(of)).median;
    return {
      label,
      note,
      ratio: this.#ratio(label, against, ({ rate }) => rate),
      cpuRatio: this.#ratio(label, against, ({ cpuRate }) => cpuRate),
      served: {
        packages,
        status: runner.load.status,
        differs,
        serverCpu: middle(({ serverCpu }) => serverCpu),
        loadCpu: middle(({ loadCpu }) => loadCpu),
        memory: { atRest: runner.atRest.resident, peak },
      },
    };
  }

  #ratio(label: string, against: string, of: (one: Sample) => number) {
    const values = (name: string) => this.#measured.get(name)?.samples.map(of) ?? [];
    return ratios(values(label), values(against));
  }
}

/** Another one begins in each round, so that nobody always comes after the same one. */
function turned<T>(all: readonly T[], by: number): T[] {
  const first = all.length === 0 ? 0 : by % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Calls } from './calls.js';
import { WORKLOADS } from './workloads.js';
import type { Workload } from './workloads.js';

/** Which functions were called how often when somebody last noted it: a row a function, a column a workload. */
const FILE = new URL('../../../spec/speed/recorded-calls.csv', import.meta.url);

export type Recorded = ReadonlyMap<Workload, Calls>;

/** Empty where nothing was recorded. It is held against nothing; it tells what has changed. */
export function readRecord(): Recorded {
  const [, ...rows] = existsSync(FILE) ? readFileSync(FILE, 'utf8').trimEnd().split('\n') : [];
  const cells = rows.map((row) => row.split(','));
  return new Map(
    WORKLOADS.map((workload, column) => [
      workload,
      new Map(cells.map(([name = '', ...counts]) => [name, Number(counts[column] ?? 0)])),
    ]),
  );
}

export function writeRecord(recorded: Recorded): void {
  const names = new Set([...recorded.values()].flatMap((calls) => [...calls.keys()]));
  const rows = [...names]
    .toSorted()
    .map((name) => [name, ...WORKLOADS.map((workload) => recorded.get(workload)?.get(name) ?? 0)].join(','));
  const head = ['function', ...WORKLOADS.map((workload) => workload.replaceAll(',', ''))].join(',');
  writeFileSync(FILE, `${[head, ...rows].join('\n')}\n`);
}

/** Of both, whichever is more. */
export function joined(some: Calls, others: Calls): Calls {
  const all = new Map(some);
  for (const [name, count] of others) all.set(name, Math.max(count, all.get(name) ?? 0));
  return all;
}

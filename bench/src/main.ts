// npm run bench: measures everything, and writes RESULTS.md and RESULTS.svg.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chart } from './chart.js';
import { pinLoad } from './cores.js';
import { Others, commit, machineLines } from './machine.js';
import type { Outcome, Plan } from './outcome.js';
import { goalsText, outcomeText, versionsText } from './report.js';
import { runHttp } from './rounds.js';
import type { Means } from './rounds.js';
import { START_UP, runStartUp } from './start-up.js';
import { Storage } from './storage.js';
import { VALIDATION, runValidation } from './validation.js';
import { workloads } from './workloads.js';

const BENCH = resolve(import.meta.dirname, '..');

const FULL = { quick: false, sessions: 2, rounds: 5, warmUpAnswers: 50_000, warmUp: 2000, duration: 500 };
const QUICK = { quick: true, sessions: 1, rounds: 3, warmUpAnswers: 12_000, warmUp: 1000, duration: 200 };

const HELP = `npm run bench -- [options]

  --quick               less than three minutes, and figures that are less sure
  --only WORKLOAD       one of: WORKLOADS; may be given several times
  --contestants A,B     those of the contestants alone
  --rounds N            how many rounds (of ${FULL.sessions} sessions; with --quick, of one)

A run of everything writes RESULTS.md and RESULTS.svg; any other prints what it finds.
`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    contestants: { type: 'string' },
    rounds: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const scale = values.quick ? QUICK : FULL;
const plan: Plan = {
  ...scale,
  rounds: values.rounds === undefined ? scale.rounds : Number(values.rounds),
  contestants: values.contestants?.split(','),
};

const runs = new Map<string, (means: Means) => Promise<Outcome>>([
  ...workloads(plan.quick).map(
    (workload) => [workload.name, (means: Means) => runHttp(workload, means)] as const,
  ),
  [VALIDATION, runValidation],
  [START_UP, runStartUp],
]);
const names = values.only ?? [...runs.keys()];
const unknown = names.filter((name) => !runs.has(name));
if (values.help || unknown.length > 0 || !(plan.rounds > 0)) {
  for (const name of unknown) console.error(`There is no workload ${name}.`);
  console.log(HELP.replace('WORKLOADS', [...runs.keys()].join(', ')));
  process.exit(values.help ? 0 : 2);
}
await measure();

async function measure(): Promise<void> {
  const others = new Others();
  const start = performance.now();
  const cores = pinLoad();
  const storage = new Storage();
  const outcomes: Outcome[] = [];
  let lines: string[];
  try {
    lines = machineLines(cores, storage.folder);
    for (const name of names) {
      console.error(`${Math.round((performance.now() - start) / 1000)} s: ${name} …`);
      const outcome = (await runs.get(name)?.({ plan, cores, storage })) as Outcome;
      if (outcome.rows.length > 0) outcomes.push(outcome);
    }
  } finally {
    await storage.dispose();
  }
  const seconds = Math.round((performance.now() - start) / 1000);
  const text = resultsText(outcomes, [...lines, ...runLines(seconds, others.share())]);
  if (values.only !== undefined || values.contestants !== undefined) {
    console.log(text);
    return;
  }
  writeFileSync(join(BENCH, 'RESULTS.md'), text);
  writeFileSync(join(BENCH, 'RESULTS.svg'), chart(outcomes));
  console.error(`Written to bench/RESULTS.md and RESULTS.svg in ${seconds} s.`);
}

function runLines(seconds: number, others: number | undefined): string[] {
  const { sessions, rounds, duration, quick } = plan;
  const kind = quick ? 'A quick run; for figures to rely on, run it without `--quick`. ' : '';
  const shape = `${sessions} × ${rounds} rounds of ${duration} ms each, ${seconds} s in all.`;
  const share = Math.round((others ?? 0) * 100);
  const noise =
    share > 5 ? ' **They were in the way: measure on a machine that has nothing else to do.**' : '';
  return [
    `Commit ${commit()}; ${new Date().toISOString().slice(0, 10)}.`,
    `${kind}${shape}`,
    ...(others === undefined ? [] : [`Other processes took ${share} % of the cores meanwhile.${noise}`]),
  ];
}

function resultsText(outcomes: readonly Outcome[], lines: readonly string[]): string {
  return [
    '# Results',
    '',
    'Written by `npm run bench`; how to read them is said in [README.md](README.md).',
    '',
    ...lines.map((line) => `- ${line}`),
    `- Versions: ${versionsText(outcomes)}.`,
    '',
    '![All ratios](RESULTS.svg)',
    '',
    ...goalsText(outcomes),
    outcomes.map(outcomeText).join('\n'),
  ].join('\n');
}

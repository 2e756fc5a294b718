import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pinned } from './cores.js';
import type { Goal, Outcome, Row } from './outcome.js';
import type { Means } from './rounds.js';
import { ratios } from './statistics.js';
import { entityDocument, userOf } from './users.js';

const ROOT = resolve(import.meta.dirname, '../..');
const SHOJI = join(ROOT, 'dist/bundle/cli.js');

/** A command, and how to tell that it is done. */
interface Command {
  readonly label: string;
  readonly note: string;
  readonly words: readonly string[];
  /** `exit`, or what it prints once it is ready. */
  readonly until: 'exit' | RegExp;
}

const REFERENCE = 'node -e 0';

const GOALS: readonly Goal[] = [
  { of: 'shoji validate', against: REFERENCE, atMost: 2.5 },
  { of: 'shoji serve', against: REFERENCE, atMost: 5 },
];

export const START_UP = 'start-up';

/** Time from the start of a process until it has done its work, or listens. */
export async function runStartUp({ plan, cores, storage }: Means): Promise<Outcome> {
  const file = join(storage.folder, 'user.json');
  writeFileSync(file, JSON.stringify(entityDocument('/users/1/', userOf(1))));
  const commands: readonly Command[] = [
    { label: REFERENCE, note: 'Node itself.', words: ['-e', '0'], until: 'exit' },
    {
      label: 'shoji validate',
      note: 'A file of one entity, until the process has ended.',
      words: [SHOJI, 'validate', file],
      until: 'exit',
    },
    {
      label: 'shoji serve',
      note: 'examples/users, until it says where it listens.',
      words: [SHOJI, 'serve', '--port', '0', join(ROOT, 'examples/users')],
      until: /http:\/\//,
    },
  ];
  const times = new Map<string, number[]>(commands.map(({ label }) => [label, []]));
  // The first round only brings the files into memory.
  for (let round = 0; round <= plan.sessions * plan.rounds; round += 1) {
    for (const { label, words, until } of commands) {
      const time = await timeOf(words, until, cores?.server);
      if (round > 0) times.get(label)?.push(time);
    }
  }
  const of = (label: string) => times.get(label) ?? [];
  const rows = commands.map(({ label, note }): Row => ({
    label,
    note,
    ratio: ratios(of(label), of(REFERENCE)),
  }));
  return {
    name: START_UP,
    title: 'Start-up',
    measure: 'time',
    lessIsBetter: true,
    reference: REFERENCE,
    rows,
    absent: [],
    goals: GOALS.map((goal) => ({ ...goal, reached: ratios(of(goal.of), of(goal.against)) })),
  };
}

async function timeOf(
  words: readonly string[],
  until: 'exit' | RegExp,
  core: number | undefined,
): Promise<number> {
  const [program, ...rest] = pinned(core, [process.execPath, ...words]);
  const start = performance.now();
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'ignore'] });
  const exit = once(child, 'exit');
  if (until === 'exit') {
    child.stdout.resume();
    const [code] = (await exit) as [number | null];
    if (code !== 0) throw new Error(`${words.join(' ')} ends with ${code}`);
    return performance.now() - start;
  }
  let output = '';
  for await (const text of child.stdout.setEncoding('utf8')) {
    output += text as string;
    if (until.test(output)) break;
  }
  const time = performance.now() - start;
  if (!until.test(output)) throw new Error(`${words.join(' ')} ends before it is ready`);
  child.kill('SIGKILL');
  await exit;
  return time;
}

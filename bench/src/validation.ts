import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pinned } from './cores.js';
import type { Outcome } from './outcome.js';
import type { Means } from './rounds.js';
import { ratios } from './statistics.js';
import type { Validated } from './validation-loop.js';

const LOOP = fileURLToPath(new URL('validation-loop.js', import.meta.url));

const WAYS = {
  shoji: 'validate(): schemas and all rules of draft 02, on parsed documents.',
  'shoji-text': 'validateText(): the same on texts, with duplicate names and depth.',
  ajv: 'Ajv’s function, compiled from schemas/draft-02, on parsed documents; none of the rules beside them.',
  'ajv-text': 'JSON.parse and the same function.',
};

export const VALIDATION = 'validation';

/** Documents per second, each way in a process of its own. */
export async function runValidation({ plan, cores }: Means): Promise<Outcome> {
  const rates = new Map<string, number[]>(Object.keys(WAYS).map((way) => [way, []]));
  for (let session = 0; session < plan.sessions; session += 1) {
    const loops = new Map<string, ChildProcess>();
    try {
      for (const way of rates.keys()) {
        const [program, ...words] = pinned(cores?.server, [process.execPath, LOOP, way]);
        const loop = spawn(program, words, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
        loops.set(way, loop);
        await once(loop, 'message');
        await turn(loop, plan.warmUp);
      }
      for (let round = 0; round < plan.rounds; round += 1) {
        for (const [way, loop] of loops) {
          const { documents, seconds } = await turn(loop, plan.duration);
          rates.get(way)?.push(documents / seconds);
        }
      }
    } finally {
      for (const loop of loops.values()) loop.disconnect();
    }
  }
  const against = (way: string) => rates.get(way) ?? [];
  return {
    name: VALIDATION,
    title: 'Validation of documents: nine entities to one catalog of 100',
    measure: 'documents per second',
    lessIsBetter: false,
    reference: 'ajv',
    rows: Object.entries(WAYS).map(([label, note]) => ({
      label,
      note,
      ratio: ratios(against(label), against('ajv')),
    })),
    absent: [],
    goals: [],
  };
}

async function turn(loop: ChildProcess, duration: number): Promise<Validated> {
  loop.send(duration);
  const [validated] = (await once(loop, 'message')) as [Validated];
  return validated;
}

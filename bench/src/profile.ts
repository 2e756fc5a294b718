// npm run profile -- WORKLOAD: where the time of one contestant goes under one workload.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pinLoad } from './cores.js';
import { flameGraph } from './flame-graph.js';
import type { CpuProfile, ProfileNode } from './flame-graph.js';
import { load } from './load.js';
import { prepare } from './runner.js';
import { Storage } from './storage.js';
import { workloads } from './workloads.js';

const ROOT = resolve(import.meta.dirname, '../..');
const PROFILES = join(import.meta.dirname, 'profiles');

/** How many functions are shown. */
const SHOWN = 30;

/** How long the server is under load before what it does counts, in milliseconds. */
const WARM_UP = 2000;

/** Microseconds between two samples. */
const INTERVAL = 250;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    contestant: { type: 'string', default: 'shoji' },
    seconds: { type: 'string', default: '8' },
  },
});
const [name = 'entity'] = positionals;
const workload = workloads(true).find((candidate) => candidate.name === name);
const entry = workload?.entries.find(
  ({ contestant, label }) => contestant === values.contestant || label === values.contestant,
);
if (workload === undefined || entry === undefined) {
  console.error(`There is no workload ${name} that ${values.contestant} takes part in.`);
  console.error('npm run profile -- WORKLOAD [--contestant NAME] [--seconds N]');
  process.exit(2);
}

const cores = pinLoad();
const storage = new Storage();
mkdirSync(PROFILES, { recursive: true });
const title = `${name}-${values.contestant.replaceAll(/\W+/g, '-')}`;
const begun = performance.now();
let warm: number;
try {
  const options = [
    '--cpu-prof',
    `--cpu-prof-dir=${PROFILES}`,
    `--cpu-prof-name=${title}.cpuprofile`,
    `--cpu-prof-interval=${INTERVAL}`,
  ];
  const runner = await prepare(workload, entry, storage, cores?.server, options);
  await load({ ...runner.load, duration: WARM_UP });
  warm = performance.now();
  await load({ ...runner.load, duration: Number(values.seconds) * 1000 });
  await runner.server.stop();
} finally {
  await storage.dispose();
}
const written = join(PROFILES, `${title}.cpuprofile`);
const profile = since(JSON.parse(readFileSync(written, 'utf8')) as CpuProfile, warm - begun);
console.log(topFunctions(profile));
const graph = join(PROFILES, `${title}.svg`);
writeFileSync(graph, flameGraph(profile, placeOf));
console.log(`\nFlame graph: ${graph}\nFor DevTools: ${written}`);

/** The profile without what came before, in milliseconds from its start. */
function since({ nodes, samples, timeDeltas }: CpuProfile, start: number): CpuProfile {
  let time = 0;
  const first = timeDeltas.findIndex((delta) => (time += delta) > start * 1000);
  return { nodes, samples: samples.slice(first), timeDeltas: timeDeltas.slice(first) };
}

/** The functions with the most time of their own, and what files they are in. */
function topFunctions({ nodes, samples, timeDeltas }: CpuProfile): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const times = new Map<string, number>();
  let total = 0;
  samples.forEach((id, index) => {
    const frame = byId.get(id)?.callFrame;
    if (frame === undefined || frame.functionName === '(idle)') return;
    const time = timeDeltas[index] ?? 0;
    const key = `${frame.functionName || '(anonymous)'}  ${placeOf(frame)}`;
    times.set(key, (times.get(key) ?? 0) + time);
    total += time;
  });
  const sorted = [...times].toSorted(([, a], [, b]) => b - a).slice(0, SHOWN);
  return sorted.map(([key, time]) => `${((time / total) * 100).toFixed(1).padStart(5)} %  ${key}`).join('\n');
}

/** Where a function is, from the root of the repository; empty for what is native. */
function placeOf({ url, lineNumber }: ProfileNode['callFrame']): string {
  const file = url.startsWith('file:') ? relative(ROOT, fileURLToPath(url)) : url;
  return file === '' ? '' : `${file}:${lineNumber + 1}`;
}

import type { Answer } from './answer-reader.js';
import { CannotTakePart } from './contestant.js';
import { load } from './load.js';
import type { Load } from './load.js';
import { ask, bytesOf, fieldOf } from './request.js';
import type { Request } from './request.js';
import { ServerProcess } from './server-process.js';
import type { Usage } from './server-process.js';
import type { Storage } from './storage.js';
import type { Entry, HttpWorkload } from './workload.js';

/** An entry whose server runs. */
export interface Runner {
  readonly entry: Entry;
  readonly server: ServerProcess;
  /** What it took before it was asked anything. */
  readonly atRest: Usage;
  /** To the first request, without conditions. */
  readonly answer: Answer;
  /** What keeps it busy, but for how long. */
  readonly load: Omit<Load, 'duration'>;
}

/** One server under load, for the length of one measurement. */
export interface Sample {
  readonly rate: number;
  /** Answers for each second of the server's CPU time. */
  readonly cpuRate: number;
  /** What part of its core the server took, and what part of its own core the load. */
  readonly serverCpu: number;
  readonly loadCpu: number;
}

/**
 * Starts an entry's server, and asks it for the first time.
 *
 * @param core - to pin it to
 * @param nodeOptions - options of `node` itself
 * @throws {CannotTakePart} with the reason
 */
export async function prepare(
  workload: HttpWorkload,
  entry: Entry,
  storage: Storage,
  core: number | undefined,
  nodeOptions: readonly string[] = [],
): Promise<Runner> {
  const store = await storage.fresh(entry.spec.store);
  const server = await ServerProcess.start(entry.contestant, { ...entry.spec, store }, core, nodeOptions);
  try {
    const atRest = await server.usage();
    const { accept } = server.described;
    const written = workload.requests(entry);
    let requests = accept === undefined ? written : withField(written, 'Accept', accept);
    const answer = await ask(server.port, requests[0] as Request);
    if (answer.status >= 300) throw new CannotTakePart(`it answers ${answer.status} to ${requests[0]?.path}`);
    let { status } = answer;
    if (workload.revalidate === true) {
      requests = withField(requests, 'If-None-Match', fieldOf(answer, 'etag') ?? '"none"');
      ({ status } = await ask(server.port, requests[0] as Request));
    }
    const { connections } = workload;
    const { port } = server;
    return {
      entry,
      server,
      atRest,
      answer,
      load: { port, requests: requests.map(bytesOf), connections, status },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** @param duration - in milliseconds */
export async function sample(runner: Runner, duration: number): Promise<Sample> {
  const before = await runner.server.usage();
  const { answers, seconds, cpu } = await load({ ...runner.load, duration });
  const busy = (await runner.server.usage()).cpu - before.cpu;
  return { rate: answers / seconds, cpuRate: answers / busy, serverCpu: busy / seconds, loadCpu: cpu };
}

function withField(requests: readonly Request[], name: string, value: string): Request[] {
  return requests.map((request) => ({ ...request, headers: { ...request.headers, [name]: value } }));
}

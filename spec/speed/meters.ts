import { createHook } from 'node:async_hooks';
import { Session } from 'node:inspector';
import type { Profiler } from 'node:inspector';
import { GCProfiler, getHeapStatistics } from 'node:v8';

/** Counts what this process does between two moments. */
interface Meter<T> {
  begin(): void;
  end(): T;
}

/** What can be counted; see {@link Meters}. */
export interface Readings {
  readonly calls: Profiler.ScriptCoverage[];
  readonly promises: number;
  readonly texts: number;
  readonly bytes: number | null;
}

export type Meters = { readonly [Name in keyof Readings]: Meter<Readings[Name]> };

/**
 * Begins to count in this process, for which it has to be called before the code is loaded that is counted.
 * `calls` are those of each function and block; `promises` are made by whomever; `texts` are made or read by JSON;
 * `bytes` are those of the heap of JavaScript, null where some were collected meanwhile.
 */
export function startMeters(): Meters {
  return { calls: callsMeter(), promises: promisesMeter(), texts: textsMeter(), bytes: bytesMeter() };
}

function callsMeter(): Meters['calls'] {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  // Each time that counts are taken they begin anew. In the same thread they are there at once.
  const take = () => {
    let taken: Profiler.ScriptCoverage[] = [];
    session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error) throw error;
      taken = result;
    });
    return taken;
  };
  return { begin: take, end: take };
}

function promisesMeter(): Meters['promises'] {
  let promises = 0;
  const hook = createHook({ init: (_, type) => void (type === 'PROMISE' && promises++) });
  return {
    begin() {
      promises = 0;
      hook.enable();
    },
    end() {
      hook.disable();
      return promises;
    },
  };
}

function textsMeter(): Meters['texts'] {
  let texts = 0;
  const { stringify, parse } = JSON;
  const counted =
    <A extends unknown[], R>(run: (...given: A) => R) =>
    (...given: A) => {
      texts++;
      return run(...given);
    };
  Object.assign(JSON, { stringify: counted(stringify), parse: counted(parse) });
  return { begin: () => void (texts = 0), end: () => texts };
}

function bytesMeter(): Meters['bytes'] {
  let before = 0;
  const used = () => getHeapStatistics().used_heap_size;
  const collections = new GCProfiler();
  return {
    begin() {
      globalThis.gc?.({ execution: 'sync', type: 'minor' });
      collections.start();
      before = used();
    },
    end() {
      const bytes = used() - before;
      return collections.stop().statistics.length === 0 ? bytes : null;
    },
  };
}

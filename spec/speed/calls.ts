import type { Profiler } from 'node:inspector';

/**
 * How often functions were called, by file and name, such as `lib/resource/tree.ts find`. Functions without a
 * name go by the function that they stand in. Where the body of a loop ran more often than what is around it, its
 * turns are under the same name and {@link TURNS}.
 */
export type Calls = ReadonlyMap<string, number>;

/** Ends the name of what counts turns of loops. */
export const TURNS = ' (turns of loops)';

/** Calls, and turns of loops, of the library itself or of the packages that it stands on. */
export interface CallsIn {
  readonly calls: number;
  readonly turns: number;
}

/** What the library's own functions did. */
export function ofLibrary(calls: Calls): Calls {
  return new Map([...calls].filter(([name]) => name.startsWith('lib/')));
}

/** What the functions of Koa and all other packages did. */
export function ofPackages(calls: Calls): Calls {
  return new Map([...calls].filter(([name]) => !name.startsWith('lib/')));
}

export function sumOf(calls: Calls): CallsIn {
  const sum = { calls: 0, turns: 0 };
  for (const [name, count] of calls) sum[name.endsWith(TURNS) ? 'turns' : 'calls'] += count;
  return sum;
}

/** The files that functions were called of. */
export function filesOf(calls: Calls): ReadonlySet<string> {
  return new Set([...calls.keys()].map((name) => name.slice(0, name.indexOf(' '))));
}

/** What is called more often than before, a line each. */
export function increases(now: Calls, before: Calls): string[] {
  return [...now]
    .filter(([name, count]) => count > (before.get(name) ?? 0))
    .map(([name, count]) => `${name}: ${count} times in place of ${before.get(name) ?? 0}`);
}

/**
 * Reads what the inspector counted.
 *
 * @param root - the URL of the folder that `lib/` was built into
 * @param requests - how many requests it is shared by
 */
export function callsOf(scripts: readonly Profiler.ScriptCoverage[], root: string, requests: number): Calls {
  const calls = new Map<string, number>();
  const add = (name: string, count: number) => {
    if (count > 0) calls.set(name, (calls.get(name) ?? 0) + count / requests);
  };
  for (const { url, functions } of scripts) {
    const file = fileName(url, root);
    if (file === undefined) continue;
    for (const called of functions) {
      const name = `${file} ${nameOf(called, functions)}`;
      add(name, called.ranges[0]?.count ?? 0);
      add(name + TURNS, turnsIn(called.ranges));
    }
  }
  return calls;
}

/** The file as it is in the repository; undefined for what is neither of the library nor of a package. */
function fileName(url: string, root: string): string | undefined {
  if (url.startsWith(`${root}lib/`)) return url.slice(root.length).replace(/\.js$/, '.ts');
  return /.*\/node_modules\/(.+)$/.exec(url)?.[1];
}

function nameOf(
  { functionName, ranges }: Profiler.FunctionCoverage,
  all: readonly Profiler.FunctionCoverage[],
) {
  if (functionName !== '') return functionName;
  const [own] = ranges;
  const around = all.findLast(
    ({ functionName: name, ranges: [range] }) =>
      name !== '' && range && own && range.startOffset <= own.startOffset && range.endOffset >= own.endOffset,
  );
  return around === undefined ? '(anonymous)' : `${around.functionName} (anonymous)`;
}

/** Ranges are in the order of the text, those within others after them; only a loop's runs more often than the one around. */
function turnsIn(ranges: readonly Profiler.CoverageRange[]): number {
  let turns = 0;
  const around: Profiler.CoverageRange[] = [];
  for (const range of ranges) {
    while (around.length > 0 && (around.at(-1)?.endOffset ?? 0) <= range.startOffset) around.pop();
    const outer = around.at(-1);
    if (outer !== undefined && range.count > outer.count) turns += range.count;
    around.push(range);
  }
  return turns;
}

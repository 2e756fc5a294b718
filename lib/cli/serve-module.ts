import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type Koa from 'koa';
import { health } from '../server/adapters/health.js';
import type { Api } from '../shoji.js';
import { UsageError } from './command-line.js';

/** The exports of a module that can be served. */
interface ServedModule {
  readonly app: Koa;
  /** Undefined where the module exports a Koa application only. */
  readonly api: Api | undefined;
}

/**
 * Loads what a module exports: an API, as its default export or as `api`; or, as its default export, a Koa
 * application that an API is part of. An API by itself gets `/health/live` and `/health/ready` before its paths.
 *
 * @param path - a file or a folder, from the current directory
 * @param warn - is told where it may have been changed since it was compiled, which cannot be known for sure
 * @throws {UsageError} where there is no such module, it exports neither, or it was changed since it was compiled
 */
export async function loadModule(
  path: string,
  warn: (message: string) => void = () => undefined,
): Promise<ServedModule> {
  const file = await findCompiled(entryOf(resolve(path), path), warn);
  const exported = (await import(pathToFileURL(file).href)) as { default?: unknown; api?: unknown };
  const api = [exported.api, exported.default].find(isApi);
  if (isKoa(exported.default)) return { app: exported.default, api };
  if (api !== undefined) {
    const app = await newKoa();
    return { app: app.use(health(api)).use(api.routes()).use(api.allowedMethods()), api };
  }
  const names = Object.keys(exported);
  throw new UsageError(
    `${path} exports no API (it exports ${names.length === 0 ? 'nothing' : names.join(', ')}); write export default shoji([…])`,
  );
}

/**
 * Finds what the compiler made of a TypeScript module, by the nearest tsconfig.json; the module itself, where that was
 * not compiled and Node can run TypeScript.
 *
 * @throws {UsageError} where it was not compiled, or was changed since, or something that it imports was
 */
async function findCompiled(file: string, warn: (message: string) => void): Promise<string> {
  if (!/\.m?ts$/.test(file)) return file;
  const { getTsconfig } = await import('get-tsconfig');
  const config = getTsconfig(file);
  const { outDir, rootDir = '.', tsBuildInfoFile } = config?.config.compilerOptions ?? {};
  const base = config === null ? dirname(file) : dirname(config.path);
  const outputs = outDir === undefined ? undefined : join(base, outDir);
  const notes = [base, outputs, tsBuildInfoFile && dirname(join(base, tsBuildInfoFile))];
  const ran = Math.max(0, ...notes.flatMap((folder) => buildInfosIn(folder)).map(changedAt));
  const compilations = [{ sources: base, outputs: base, ran }];
  if (outputs !== undefined) compilations.unshift({ sources: join(base, rootDir), outputs, ran });

  for (const compilation of compilations) {
    const output = join(compilation.outputs, relative(compilation.sources, file)).replace(/ts$/, 'js');
    if (!existsSync(output)) continue;
    const change = changeSince(output, compilation);
    if (change === undefined) return output;
    const message = `${change}; run tsc first (or serve ${relative('.', output)} as it is)`;
    // An incremental compiler writes nothing again for a source that was only touched.
    if (ran === 0) throw new UsageError(message);
    warn(message);
    return output;
  }
  if ('typescript' in process.features && process.features.typescript !== false) return file;
  throw new UsageError(
    `${relative('.', file)} is not compiled, and this Node does not run TypeScript; run tsc first`,
  );
}

function buildInfosIn(folder: string | undefined): string[] {
  if (folder === undefined || !existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.tsbuildinfo'));
  return names.map((name) => join(folder, name));
}

function changedAt(file: string): number {
  return statSync(file).mtimeMs;
}

/** Where a compiler takes TypeScript from and puts JavaScript, by a tsconfig.json. */
interface Compilation {
  readonly sources: string;
  readonly outputs: string;
  /** When it last ran, where it notes that: what it finds unchanged it does not write again. */
  readonly ran: number;
}

/** Which source of a compiled module, or of one that it imports, was changed since; undefined where none was. */
function changeSince(entry: string, { sources, outputs, ran }: Compilation): string | undefined {
  const reached = new Set([entry]);
  for (const output of reached) {
    const source = join(sources, relative(outputs, output)).replace(/js$/, 'ts');
    if (!existsSync(source)) continue;
    if (changedAt(source) > Math.max(changedAt(output), ran)) {
      return `${relative('.', source)} was changed after ${relative('.', output)} was made of it`;
    }
    for (const [, path = ''] of readFileSync(output, 'utf8').matchAll(IMPORTED)) {
      const imported = join(dirname(output), path);
      if (existsSync(imported)) reached.add(imported);
    }
  }
  return undefined;
}

/** Of what a compiler has written: the relative paths of the modules that one imports. */
const IMPORTED = /\b(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+)["']/g;

function entryOf(path: string, given: string): string {
  if (!existsSync(path))
    throw new UsageError(`there is no module at ${given}; write the path of a file or a folder`);
  if (!statSync(path).isDirectory()) return path;
  const index = INDEXES.map((name) => join(path, name)).find((file) => existsSync(file));
  if (index !== undefined) return index;
  throw new UsageError(
    `the folder ${given} has none of ${INDEXES.join(', ')}; write the path of the module itself`,
  );
}

/** Files that a folder is served by, in the order of preference. */
const INDEXES = ['index.js', 'index.mjs', 'index.ts', 'index.mts'];

function isApi(value: unknown): value is Api {
  return typeof value === 'object' && value !== null && 'routes' in value && 'start' in value;
}

/** Koa is a peer: an application brings the one that it is made with, an API by itself needs it here. */
async function newKoa(): Promise<Koa> {
  try {
    return new (await import('koa')).default();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new UsageError('an API by itself needs the package koa; run npm install koa', { cause });
  }
}

function isKoa(value: unknown): value is Koa {
  return typeof value === 'object' && value !== null && 'callback' in value && 'middleware' in value;
}

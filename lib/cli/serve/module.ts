import { existsSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import Koa from 'koa';
import { health } from '../../koa/health.js';
import type { Api } from '../../shoji.js';
import { UsageError } from '../usage.js';

/** What a module exports to be served. */
export interface ServedModule {
  readonly app: Koa;
  /** Undefined where the module exports a Koa application only. */
  readonly api: Api | undefined;
}

/** What a folder is served by, in the order of preference. */
const INDEXES = ['index.js', 'index.mjs', 'index.ts', 'index.mts'];

/**
 * Loads what a module exports: an API, as its default export or as `api`; or, as its default export, a Koa
 * application that an API is part of. An API by itself gets `/health/live` and `/health/ready` before its paths.
 *
 * @param path - a file or a folder, from the current directory
 * @throws {UsageError} where there is no such module, or it exports neither
 */
export async function loadModule(path: string): Promise<ServedModule> {
  const file = await emittedFrom(entryOf(resolve(path), path));
  const exported = (await import(pathToFileURL(file).href)) as { default?: unknown; api?: unknown };
  const api = [exported.api, exported.default].find(isApi);
  if (isKoa(exported.default)) return { app: exported.default, api };
  if (api !== undefined) {
    return { app: new Koa().use(health(api)).use(api.routes()).use(api.allowedMethods()), api };
  }
  const names = Object.keys(exported);
  throw new UsageError(
    `${path} exports no API (it exports ${names.length === 0 ? 'nothing' : names.join(', ')}); write export default shoji([…])`,
  );
}

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

/**
 * Where the compiler puts what it makes of a TypeScript module, by the nearest tsconfig.json; the module
 * itself, where that was not compiled and Node can run TypeScript.
 */
async function emittedFrom(file: string): Promise<string> {
  if (!/\.m?ts$/.test(file)) return file;
  const { getTsconfig } = await import('get-tsconfig');
  const config = getTsconfig(file);
  const { outDir, rootDir = '.' } = config?.config.compilerOptions ?? {};
  const candidates = [file];
  if (config !== null && outDir !== undefined) {
    const base = join(config.path, '..');
    candidates.unshift(join(base, outDir, relative(join(base, rootDir), file)));
  }
  const emitted = candidates.map((path) => path.replace(/ts$/, 'js')).find((path) => existsSync(path));
  if (emitted !== undefined) return emitted;
  if ('typescript' in process.features && process.features.typescript !== false) return file;
  throw new UsageError(
    `${relative('.', file)} is not compiled, and this Node does not run TypeScript; run tsc first`,
  );
}

function isApi(value: unknown): value is Api {
  return typeof value === 'object' && value !== null && 'routes' in value && 'start' in value;
}

function isKoa(value: unknown): value is Koa {
  return typeof value === 'object' && value !== null && 'callback' in value && 'middleware' in value;
}

import { createRequire } from 'node:module';

// By its own name, the package finds its file wherever it was compiled to.
const { version } = createRequire(import.meta.url)('koa-shoji/package.json') as { version: string };

/** What servers read in their logs about who is asking. */
export const USER_AGENT: string = `koa-shoji/${version} (shoji check)`;

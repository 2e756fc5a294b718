import { parseArgs } from 'node:util';
import { findBaseFault } from '../server/api-context.js';
import { choose, toUsageError, UsageError } from './command-line.js';

/** How much is logged; each level has those after it as well. */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

type LogLevel = (typeof LEVELS)[number];

/** A command line of `shoji serve`, read. */
export interface ServeArguments {
  readonly module: string;
  readonly port: number;
  readonly host: string;
  readonly log: LogLevel;
  /** How long requests are taken once the server is told to stop, in milliseconds. */
  readonly grace: number;
  /** How long requests in flight may go on after that, in milliseconds. */
  readonly drain: number;
  /** How long a connection waits for its next request, in milliseconds; 0 is no limit. */
  readonly keepAlive: number;
  /** Stands before every path to the outside; undefined where the module says it. */
  readonly base?: string | undefined;
}

export const SERVE_HELP: string = `Usage: shoji serve [options] MODULE

Serves the API that a module exports. MODULE is a JavaScript or TypeScript file, or a folder with an index;
of a TypeScript file, what the compiler made of it is run (outDir in tsconfig.json).

Options:
  --port PORT   the port to listen on; 0 takes a free one (default: the environment's PORT, or 3000)
  --host HOST   the address to listen on (default: the environment's HOST, or 127.0.0.1)
  --log LEVEL   what is logged to standard error, as lines of JSON: trace, debug, info, warn, error, fatal or
                silent (default: the environment's LOG_LEVEL, or info)
  --grace MS    how long requests are still taken once it is told to stop, while /health/ready says 503
                (default: 0)
  --drain MS    how long requests in flight may go on after that (default: 10000)
  --keep-alive MS
                how long a connection waits for its next request; make it longer than a proxy does that stands
                before it (default: 5000)
  --base URL    what stands before every path to the outside, such as https://api.example.org/shop, in place of
                the option base of the API
  --help        show this

The environment's STORE names the store, for modules that heed it.
SIGINT (Ctrl-C) and SIGTERM stop it, once requests in flight are answered; a second one ends it at once.
`;

/**
 * Reads what follows `serve` on the command line.
 *
 * @returns undefined where help is asked for
 * @throws {UsageError} where it cannot be followed
 */
export function parseServeArguments(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): ServeArguments | undefined {
  const { values, positionals } = parsed(args);
  if (values.help === true) return undefined;
  const [module, ...more] = positionals;
  if (module === undefined)
    throw new UsageError('no module is given; write the path of one that exports an API');
  if (more.length > 0)
    throw new UsageError(`one module is served; found ${more.join(', ')} besides ${module}`);
  const port = values.port ?? env['PORT'] ?? '3000';
  if (!/^\d+$/.test(port) || Number(port) > 65_535) {
    throw new UsageError(`the port is ${JSON.stringify(port)}; write a number from 0 to 65535`);
  }
  return {
    module,
    port: Number(port),
    host: values.host ?? env['HOST'] ?? '127.0.0.1',
    log:
      values.log === undefined
        ? choose('LOG_LEVEL', env['LOG_LEVEL'] ?? 'info', LEVELS)
        : choose('--log', values.log, LEVELS),
    grace: milliseconds('--grace', values.grace ?? '0'),
    drain: milliseconds('--drain', values.drain ?? '10000'),
    keepAlive: milliseconds('--keep-alive', values['keep-alive'] ?? '5000'),
    ...(values.base !== undefined && { base: checkedBase(values.base) }),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    const options = Object.keys(OPTIONS).map((name) => `--${name}`);
    throw toUsageError(error, `${options.slice(0, -1).join(', ')} and ${options.at(-1) ?? ''}`);
  }
}

const OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  log: { type: 'string' },
  grace: { type: 'string' },
  drain: { type: 'string' },
  'keep-alive': { type: 'string' },
  base: { type: 'string' },
  help: { type: 'boolean' },
} as const;

function milliseconds(option: string, text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= MAX_TIMER_MS) return Number(text);
  throw new UsageError(
    `${option} is ${JSON.stringify(text)}; write a whole number of milliseconds, such as 5000`,
  );
}

/** The longest that a timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function checkedBase(base: string): string {
  const fault = findBaseFault(base);
  if (fault !== undefined) throw new UsageError(`--base ${fault}`);
  return base;
}

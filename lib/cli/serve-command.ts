import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import type { Logger } from 'pino';
import { sanitizeForTerminal } from '../protocol/sanitize-for-terminal.js';
import { DeclarationError } from '../declaration/declaration-findings.js';
import { createServer, drain } from '../server/adapters/node.js';
import { isRequestLog, requestLog } from '../server/adapters/request-log.js';
import type { Api } from '../shoji.js';
import type { StoreUnavailableError, Unavailability } from '../store/store-errors.js';
import { withoutSecrets } from '../store/sql/postgres/postgres-options.js';
import type { CommandIo } from './command-io.js';
import { UsageError } from './command-line.js';
import { parseServeArguments, SERVE_HELP } from './serve-arguments.js';
import type { ServeArguments } from './serve-arguments.js';
import { loadModule } from './serve-module.js';

/**
 * Runs `shoji serve` until a signal stops it. The process ends soon after, whatever else it is doing.
 *
 * @param args - what follows `serve` on the command line
 * @returns the exit code: 0 stopped as asked, 1 the API cannot be served, 2 bad usage
 */
export async function serveCommand(args: readonly string[], io: CommandIo): Promise<number> {
  try {
    const wanted = parseServeArguments(args, process.env);
    if (wanted === undefined) {
      io.stdout.write(SERVE_HELP);
      return 0;
    }
    return await serve(wanted, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr.write(`shoji serve: ${sanitizeForTerminal(error.message)}\nSee shoji serve --help.\n`);
      return 2;
    }
    if (!(error instanceof DeclarationError || error instanceof StartError)) throw error;
    io.stderr.write(`shoji serve: ${error.message}\n`);
    return 1;
  } finally {
    endSoon();
  }
}

async function serve(wanted: ServeArguments, io: CommandIo): Promise<number> {
  const { module, port, host, grace, keepAlive, base } = wanted;
  const { app, api } = await explainExitDuring(
    loadModule(module, (message) => io.stderr.write(`shoji serve: ${sanitizeForTerminal(message)}\n`)),
    `${module} never finishes loading: it awaits at its top level what nothing is left to bring`,
    io,
  );
  if (base !== undefined) setBase(module, api, base);
  if (api !== undefined) {
    await explainExitDuring(start(api, wanted), 'the store never opens: nothing is left that could', io);
  }
  const logger = await loggerTo(io.stderr, wanted);
  if (!app.middleware.some(isRequestLog)) app.middleware.unshift(requestLog(logger));
  const server = createServer(app, { keepAliveTimeout: keepAlive });
  try {
    await listen(server, port, host);
  } catch (error) {
    await api?.stop();
    throw error;
  }
  logUncaught(logger);
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  // Who reads that it serves may stop it at once.
  const stopped = signalled();
  io.stdout.write(`Serving ${module} at http://${name}:${address.port}/\n`);
  await stopped;
  io.stdout.write('Stopping.\n');
  const cut = await drain(server, wanted.drain, { grace });
  if (cut > 0) logger.warn({ connections: cut }, `cut off what was not answered within ${wanted.drain} ms`);
  endSoon();
  await api?.stop();
  return 0;
}

/** Where nothing keeps the process alive while something is awaited, Node ends it without a word. */
async function explainExitDuring<T>(awaited: Promise<T>, message: string, io: CommandIo): Promise<T> {
  const onExit = () => {
    io.stderr.write(`shoji serve: ${sanitizeForTerminal(message)}\n`);
    process.exitCode = 1;
  };
  process.once('exit', onExit);
  try {
    return await awaited;
  } finally {
    process.off('exit', onExit);
  }
}

/** @throws {UsageError} where nothing can be told it */
function setBase(module: string, api: Api | undefined, base: string): void {
  if (api === undefined) {
    throw new UsageError(
      `${module} exports an application only, which --base says nothing to; export its api too`,
    );
  }
  try {
    api.setBase(base);
  } catch (error) {
    throw new UsageError(`--base cannot be set: ${(error as Error).message}`, { cause: error });
  }
}

/** @throws {StartError} with the reason, and with the whole error where much is logged */
async function start(api: Api, { log }: ServeArguments): Promise<void> {
  try {
    await api.start();
  } catch (error) {
    const reason =
      describeStoreFailure(error, process.env['STORE']) ??
      `the API does not start: ${sanitizeForTerminal(error instanceof Error ? error.message : inspect(error))}`;
    const more = log === 'debug' || log === 'trace' ? `\n${inspect(error)}` : '';
    throw new StartError(reason + more, { cause: error });
  }
}

/**
 * Describes, on one line, why a store could not be opened.
 *
 * @param named - the environment's STORE; of a URL neither user nor password is shown
 * @returns undefined where the error is none of a store
 */
export function describeStoreFailure(error: unknown, named: string | undefined): string | undefined {
  if (!isStoreUnavailable(error)) return undefined;
  const name = named === undefined ? '' : ` ${JSON.stringify(withoutSecrets(named))}`;
  return sanitizeForTerminal(`the store${name} cannot be opened: ${error.message}; ${ADVICE[error.reason]}`);
}

/** The module may have a copy of the package of its own, so that the class itself says nothing. */
function isStoreUnavailable(error: unknown): error is StoreUnavailableError {
  return error instanceof Error && error.name === 'StoreUnavailableError' && 'reason' in error;
}

const ADVICE: Readonly<Record<Unavailability, string>> = {
  busy: 'find out which other process holds it, or try again',
  unreachable: 'see that the database runs, and that STORE or the module names it rightly',
  failed: 'see that its folder exists, and that this user may read and write there',
  full: 'make room where it is kept',
};

/** Why an API does not start: one line for people, or what they are shown besides where they look for more. */
class StartError extends Error {}

/** Loaded when it is needed: the package works with any logger, and its users need not wait for this one. */
async function loggerTo(stream: NodeJS.WritableStream, { log }: ServeArguments): Promise<Logger> {
  const { pino } = await import('pino');
  return pino({ level: log }, stream);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE' ? 'the port is taken; choose another by --port or PORT' : error.message;
      reject(new UsageError(`cannot listen on ${host}, port ${port}: ${reason}`));
    });
    server.listen(port, host, resolve);
  });
}

/** A rejected promise ends nothing here; after an exception that nothing caught, Node ends the process. */
function logUncaught(logger: Logger): void {
  process.on('unhandledRejection', (err) => logger.error({ err }, 'a rejected promise was left behind'));
  process.on('uncaughtExceptionMonitor', (err) => logger.fatal({ err }, 'an exception was caught by nobody'));
}

/** Waits for the first signal; the next one is not caught, and ends the process as the system does. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    const onSignal = () => {
      for (const signal of STOPPING) process.off(signal, onSignal);
      resolve();
    };
    for (const signal of STOPPING) process.on(signal, onSignal);
  });
}

const STOPPING = ['SIGINT', 'SIGTERM'] as const;

/** Whatever a module has left open, such as a timer, must not keep a process alive that serves nothing. */
function endSoon(): void {
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

/** How long what a module has left open may keep the process alive once all is stopped, in milliseconds. */
const LINGER_MS = 2000;

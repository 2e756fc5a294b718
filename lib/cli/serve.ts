import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { createServer, drain } from '../koa/server.js';
import { DeclarationError } from '../resource/declaration/findings.js';
import type { CommandIo } from './io.js';
import { printable } from './io.js';
import { loadModule } from './serve/module.js';
import { UsageError, usageOf } from './usage.js';

/** How long requests in flight may go on once the server is told to stop, in milliseconds. */
const DRAIN_LIMIT = 10_000;

const HELP = `Usage: shoji serve [options] MODULE

Serves the API that a module exports. MODULE is a JavaScript or TypeScript file, or a folder with an index;
of a TypeScript file, what the compiler made of it is run (outDir in tsconfig.json).

Options:
  --port PORT   the port to listen on; 0 takes a free one (default: the environment's PORT, or 3000)
  --host HOST   the address to listen on (default: the environment's HOST, or 127.0.0.1)
  --help        show this

The environment's STORE names the store, for modules that heed it.
SIGINT (Ctrl-C) and SIGTERM stop it, once requests in flight are answered.
`;

interface Wanted {
  readonly module: string;
  readonly port: number;
  readonly host: string;
}

/**
 * Runs `shoji serve` until a signal stops it.
 *
 * @param args - what follows `serve` on the command line
 * @returns the exit code: 0 stopped as asked, 1 the API cannot be served, 2 bad usage
 */
export async function serveCommand(args: readonly string[], io: CommandIo): Promise<number> {
  try {
    const wanted = parse(args, process.env);
    if (wanted === undefined) {
      io.stdout.write(HELP);
      return 0;
    }
    return await serve(wanted, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr.write(`shoji serve: ${printable(error.message)}\nSee shoji serve --help.\n`);
      return 2;
    }
    if (!(error instanceof DeclarationError)) throw error;
    io.stderr.write(`shoji serve: ${error.message}\n`);
    return 1;
  }
}

async function serve({ module, port, host }: Wanted, io: CommandIo): Promise<number> {
  const { app, api } = await loadModule(module);
  await api?.start();
  const server = createServer(app);
  try {
    await listen(server, port, host);
  } catch (error) {
    await api?.stop();
    throw error;
  }
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  io.stdout.write(`Serving ${module} at http://${name}:${address.port}/\n`);
  await signalled();
  io.stdout.write('Stopping.\n');
  await drain(server, DRAIN_LIMIT);
  await api?.stop();
  return 0;
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

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

/** @returns undefined where help is asked for */
function parse(args: readonly string[], env: NodeJS.ProcessEnv): Wanted | undefined {
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
  return { module, port: Number(port), host: values.host ?? env['HOST'] ?? '127.0.0.1' };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { port: { type: 'string' }, host: { type: 'string' }, help: { type: 'boolean' } },
    });
  } catch (error) {
    throw usageOf(error, '--port PORT, --host HOST and --help');
  }
}

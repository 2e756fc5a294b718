#!/usr/bin/env node
import { createRequire } from 'node:module';
import type { CommandIo } from './command-io.js';
import { sanitizeForTerminal } from '../protocol/sanitize-for-terminal.js';

type Command = (args: readonly string[], io: CommandIo) => Promise<number>;

/** Loaded when they are asked for: a validator need not wait for a server's packages. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve-command.js')).serveCommand,
  validate: async () => (await import('./validate/validate-command.js')).validateCommand,
  convert: async () => (await import('./convert-command.js')).convertCommand,
  check: async () => (await import('./check-command.js')).checkCommand,
};

const HELP = `Usage: shoji <command> [options]

Commands:
  serve MODULE         serve the API that a module exports
  validate SOURCE...   validate Shoji documents: files, folders, URLs
  convert FILE         convert a Shoji document to another dialect
  check URL            check a live API, following its links

Options:
  --help               show this, or with a command its own options
  --version            show the version
`;

async function main([name = '--help', ...args]: readonly string[], io: CommandIo): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help') {
    io.stdout.write(HELP);
    return 0;
  }
  if (name === '--version') {
    const { version } = createRequire(import.meta.url)('koa-shoji/package.json') as { version: string };
    io.stdout.write(`${version}\n`);
    return 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    const commands = Object.keys(COMMANDS).join(', ');
    io.stderr.write(
      `shoji: there is no command ${JSON.stringify(sanitizeForTerminal(name))}; write one of ${commands}\n`,
    );
    return 2;
  }
  const command = await load();
  return command(args, io);
}

// A reader that has seen enough, such as head, closes the pipe; that is no error of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await main(process.argv.slice(2), process);

import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** Settings of a private server. */
export interface PostgresSettings {
  /** Whether it keeps what was committed through a loss of power. Default false: tests are faster. */
  readonly fsync?: boolean;
  /** Further settings of postgresql.conf. */
  readonly config?: Readonly<Record<string, string | number>>;
}

/** A private PostgreSQL server, on a free port of 127.0.0.1 and with a data directory of its own. */
export interface PostgresServer {
  /** URL of its database `postgres`. */
  readonly url: string;
  /** URL of a new, empty schema. */
  database(): Promise<string>;
  /** Runs one statement as the superuser. */
  query(sql: string): Promise<Record<string, unknown>[]>;
  /** Starts it again, on the same port and data. */
  start(): Promise<void>;
  stop(mode?: 'smart' | 'fast' | 'immediate'): Promise<void>;
  /** Kills all its processes at once. */
  kill(): Promise<void>;
  /** Has all its processes stand still. @returns what makes them go on */
  freeze(): () => void;
  /** Stops it, and removes its data. */
  dispose(): Promise<void>;
}

const STARTING_TIME = 90_000;

/** Where the programs of PostgreSQL are; undefined where they are not installed. */
export function postgresBinaries(): string | undefined {
  const packaged = '/usr/lib/postgresql';
  const versions = existsSync(packaged) ? readdirSync(packaged) : [];
  const folders = versions
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(packaged, version, 'bin'));
  const candidates = [...folders, ...(process.env['PATH'] ?? '').split(delimiter)];
  return candidates.find(
    (folder) => isProgram(join(folder, 'initdb')) && isProgram(join(folder, 'postgres')),
  );
}

/**
 * Skips a test where there is no PostgreSQL, and says so; with REQUIRE_POSTGRES=1 in the environment the
 * test fails instead. For use in hooks: `before(needPostgres)`.
 */
export const needPostgres = function (this: Mocha.Context): void {
  if (postgresBinaries() !== undefined) return;
  if (process.env['REQUIRE_POSTGRES'] === '1')
    throw new Error('REQUIRE_POSTGRES=1, but there is no PostgreSQL in /usr/lib/postgresql or on the PATH');
  console.log('      skipped: there is no PostgreSQL in /usr/lib/postgresql or on the PATH');
  this.skip();
};

let shared: Promise<PostgresServer> | undefined;

/** The server that tests share which leave it running. It ends with the process. */
export function sharedPostgres(): Promise<PostgresServer> {
  return (shared ??= startPostgres());
}

/** A server for tests that stop it; they have to dispose of it. */
export async function startPostgres(settings: PostgresSettings = {}): Promise<PostgresServer> {
  const binaries = postgresBinaries();
  if (binaries === undefined) throw new Error('there is no PostgreSQL here');
  const server = new PrivateServer(binaries, await freePort(), settings);
  await server.start();
  return server;
}

class PrivateServer implements PostgresServer {
  readonly url: string;
  readonly #binaries: string;
  readonly #home: string;
  readonly #data: string;
  readonly #settings: readonly string[];
  #child: ChildProcess | undefined;
  readonly #watch: ChildProcess;

  constructor(binaries: string, port: number, settings: PostgresSettings) {
    this.#binaries = binaries;
    this.#home = mkdtempSync(join(tmpdir(), 'shoji-postgres-'));
    this.#data = join(this.#home, 'data');
    this.#watch = watch(this.#home);
    giveAway(this.#home);
    const password = randomBytes(12).toString('hex');
    this.url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
    this.#initialise(password);
    const all = {
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: '',
      fsync: settings.fsync === true ? 'on' : 'off',
      full_page_writes: settings.fsync === true ? 'on' : 'off',
      shared_buffers: '32MB',
      max_connections: 100,
      log_min_messages: 'fatal',
      ...settings.config,
    };
    this.#settings = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  }

  async database(): Promise<string> {
    const schema = `s${randomBytes(8).toString('hex')}`;
    await this.query(`CREATE SCHEMA ${schema}`);
    return `${this.url}?options=${encodeURIComponent(`-c search_path=${schema}`)}`;
  }

  async query(sql: string): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: this.url, connectionTimeoutMillis: 10_000 });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async start(): Promise<void> {
    const [program, ...rest] = asServer(join(this.#binaries, 'postgres'), [
      '-D',
      this.#data,
      ...this.#settings,
    ]);
    const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'], cwd: this.#home });
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
    child.unref();
    (child.stderr as Socket).unref();
    this.#child = child;
    const end = Date.now() + STARTING_TIME;
    while (!(await this.#answers())) {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > end)
        throw new Error(`PostgreSQL does not start: ${log}`);
      await sleep(20);
    }
  }

  async stop(mode: 'smart' | 'fast' | 'immediate' = 'fast'): Promise<void> {
    const signal = ({ smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' } as const)[mode];
    await this.#ended(() => this.#signal([this.#postmaster()], signal));
  }

  async kill(): Promise<void> {
    await this.#ended(() => this.#signal(this.#processes(), 'SIGKILL'));
  }

  freeze(): () => void {
    const processes = this.#processes();
    this.#signal(processes, 'SIGSTOP');
    return () => this.#signal(processes, 'SIGCONT');
  }

  async dispose(): Promise<void> {
    if (this.#child !== undefined) await this.kill();
    const exit = once(this.#watch, 'exit');
    this.#watch.ref();
    this.#watch.stdin?.end();
    await exit;
  }

  #initialise(password: string): void {
    // The folder that it is in is readable by its owner alone.
    const passwordFile = join(this.#home, 'password');
    writeFileSync(passwordFile, password);
    const options = [
      '--username=postgres',
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ];
    const [program, ...rest] = asServer(join(this.#binaries, 'initdb'), [
      '-D',
      this.#data,
      `--pwfile=${passwordFile}`,
      ...options,
    ]);
    const { status, stderr } = spawnSync(program, rest, {
      encoding: 'utf8',
      cwd: this.#home,
    });
    rmSync(passwordFile);
    if (status !== 0) throw new Error(`initdb fails: ${stderr}`);
  }

  async #answers(): Promise<boolean> {
    try {
      await this.query('SELECT 1');
      return true;
    } catch {
      return false;
    }
  }

  /** The process that started all others of the server; it may be a grandchild of this one. */
  #postmaster(): number | undefined {
    const file = join(this.#data, 'postmaster.pid');
    return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
  }

  #processes(): number[] {
    const postmaster = this.#postmaster();
    return postmaster === undefined ? [] : [postmaster, ...childrenOf(postmaster)];
  }

  #signal(processes: readonly (number | undefined)[], signal: NodeJS.Signals): void {
    for (const id of processes) {
      if (id === undefined || !Number.isInteger(id) || id <= 1) continue;
      try {
        process.kill(id, signal);
      } catch {
        // It has ended by itself.
      }
    }
  }

  async #ended(end: () => void): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    child.ref();
    const exit = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    end();
    await exit;
    this.#child = undefined;
  }
}

/**
 * Kills the server and removes its data once this process has ended, however that came: then the pipe that
 * the watch reads from is closed.
 */
function watch(home: string): ChildProcess {
  const script = `
    read _
    main=$(head -n 1 "$1/data/postmaster.pid") && kill -KILL "$main" $(ps -o pid= --ppid "$main")
    rm -rf "$1"`;
  const child = spawn('sh', ['-c', script, 'watch', home], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.unref();
  (child.stdin as Socket).unref();
  return child;
}

const isRoot = process.getuid?.() === 0;

/** PostgreSQL does not run as root. */
function serverUser(): string {
  return spawnSync('id', ['-u', 'postgres']).status === 0 ? 'postgres' : 'nobody';
}

function giveAway(folder: string): void {
  if (!isRoot) return;
  const { status, stderr } = spawnSync('chown', [serverUser(), folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the data directory cannot be given to ${serverUser()}: ${stderr}`);
}

function asServer(program: string, options: readonly string[]): [string, ...string[]] {
  return isRoot
    ? ['setpriv', `--reuid=${serverUser()}`, '--clear-groups', program, ...options]
    : [program, ...options];
}

/** Processes whose parent this is. */
function childrenOf(parent: number): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(parent)], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

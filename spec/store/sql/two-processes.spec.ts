// @slow: starts processes
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needPostgres, sharedPostgres } from '../../postgres.js';

const PROGRAM = fileURLToPath(new URL('server-process.js', import.meta.url));

/** How many times each race is run. */
const ROUNDS = 10;

const MEDIA_TYPE = 'application/shoji';

const entity = (body: unknown) => ({ element: 'shoji:entity', body });
const rounds = (count = ROUNDS) => Array.from({ length: count }, (_, n) => n);

/** A process that serves the API. */
class Server {
  readonly #child: ChildProcessWithoutNullStreams;
  #origin = '';

  constructor(store: string) {
    this.#child = spawn(process.execPath, [PROGRAM, store]);
  }

  async started(): Promise<this> {
    let log = '';
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
    const exit = once(this.#child, 'exit').then(() => assert.fail(`it does not start: ${log}`));
    const [port] = (await Promise.race([once(this.#child.stdout, 'data'), exit])) as [Buffer];
    exit.catch(() => undefined);
    this.#origin = `http://127.0.0.1:${Number(String(port))}`;
    return this;
  }

  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const answer = await fetch(this.#origin + path, {
      method,
      headers: { ...(body !== undefined && { 'Content-Type': MEDIA_TYPE }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const { status } = answer;
    const text = await answer.text();
    const header = (name: string) => answer.headers.get(name) ?? '';
    return { status, text, etag: header('etag'), location: header('location') };
  }

  /** @returns the path of the new entity */
  async create(path: string, body: unknown): Promise<string> {
    const { status, text, location } = await this.ask('POST', path, entity(body));
    assert.equal(status, 201, text);
    return new URL(location, this.#origin).pathname;
  }

  async body(path: string): Promise<Record<string, unknown>> {
    const { status, text } = await this.ask('GET', path);
    assert.equal(status, 200, text);
    return (JSON.parse(text) as { body: Record<string, unknown> }).body;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.stdin.end();
    await exit;
  }
}

function races(emptyStore: () => Promise<string>): void {
  let store: string;
  let servers: readonly [Server, Server];

  const start = async () => {
    // At the same time, so that both find nothing and make what they need.
    servers = await Promise.all([new Server(store).started(), new Server(store).started()]);
  };
  const stop = async () => void (await Promise.all(servers.map((server) => server.stop())));
  const server = (n: number): Server => servers[n % 2] as Server;

  /** Asks through both servers at once. @returns the statuses in order */
  const statuses = async (asked: readonly Promise<{ status: number; text: string }>[]) =>
    (await Promise.all(asked)).map(({ status }) => status);

  before(async () => {
    store = await emptyStore();
    await start();
  });

  after(() => (servers === undefined ? undefined : stop()));

  it('let one of all through that change the same version', async () => {
    const path = await server(0).create('/accounts/', { n: 0 });
    for (const round of rounds()) {
      const { etag } = await server(round).ask('GET', path);
      const patch = (n: number) => server(n).ask('PATCH', path, entity({ n }), { 'If-Match': etag });
      const found = await statuses(rounds(10).map(patch));
      assert.equal(found.filter((status) => status < 300).length, 1, String(found));
      assert.equal(found.filter((status) => status === 412).length, 9, String(found));
    }
  });

  it('never take a list for unchanged that the other one has changed', async () => {
    const seen = new Set<string>();
    for (const round of rounds(2 * ROUNDS)) {
      const before = await server(round).ask('GET', '/accounts/');
      // Others write at the same time.
      await Promise.all(
        rounds(3).map((n) => server(round + 1).create('/accounts/', { email: `list ${round}.${n}` })),
      );
      const conditional = { 'If-None-Match': before.etag };
      const after = await server(round).ask('GET', '/accounts/', undefined, conditional);
      assert.equal(after.status, 200);
      assert.equal(seen.has(after.etag), false);
      seen.add(after.etag);
      const other = await server(round + 1).ask('GET', '/accounts/', undefined, {
        'If-None-Match': after.etag,
      });
      assert.equal(other.status, 304);
    }
  });

  it('create one of all that have the same value', async () => {
    const body = entity({ email: 'one@example.org' });
    const found = await statuses(rounds(100).map((n) => server(n).ask('POST', '/accounts/', body)));
    assert.equal(found.filter((status) => status === 201).length, 1, String(found));
    assert.equal(found.filter((status) => status === 409).length, 99, String(found));
  });

  it('remove an entity or create within it, and not both', async () => {
    for (const round of rounds(2 * ROUNDS)) {
      const parent = await server(round).create('/accounts/', {});
      const found = await statuses([
        server(round).ask('POST', `${parent}parts/`, entity({ n: 1 })),
        server(round + 1).ask('DELETE', parent),
      ]);
      assert.ok(['201,409', '404,204'].includes(found.join()), String(found));
      const { status } = await server(round).ask('GET', parent);
      assert.equal(status, found[1] === 204 ? 404 : 200);
    }
  });

  it('remove an entity or refer to it, and not both', async () => {
    for (const round of rounds(2 * ROUNDS)) {
      const boss = await server(round).create('/accounts/', {});
      const id = boss.split('/').at(-2);
      const found = await statuses([
        server(round).ask('POST', '/accounts/', entity({ boss: id })),
        server(round + 1).ask('DELETE', boss),
      ]);
      assert.ok(['201,409', '422,204'].includes(found.join()), String(found));
    }
  });

  it('do once what both are asked to do with one key', async () => {
    for (const round of rounds()) {
      const headers = { 'Idempotency-Key': `"key ${round}"`.replace(' ', '-') };
      const email = `key ${round}`;
      const answers = await Promise.all(
        rounds(10).map((n) => server(n).ask('POST', '/accounts/', entity({ email }), headers)),
      );
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]), answers[0]?.text);
      assert.equal(new Set(answers.map(({ location }) => location)).size, 1);
    }
  });

  it('refuse none of many that have keys of their own', async () => {
    const post = (n: number) => {
      const headers = { 'Idempotency-Key': `"own-${n}"` };
      return server(n).ask('POST', '/accounts/', entity({ email: `own ${n}` }), headers);
    };
    const found: number[] = [];
    const next = rounds(10 * ROUNDS);
    await Promise.all(
      rounds(20).map(async () => {
        for (let n = next.pop(); n !== undefined; n = next.pop()) found.push((await post(n)).status);
      }),
    );
    assert.deepEqual(found, Array(10 * ROUNDS).fill(201));
  });

  it('change several entities as one, whatever the order in which they are named', async () => {
    const paths = await Promise.all(rounds(4).map(() => server(0).create('/accounts/', { n: 0 })));
    const patch = (n: number) => {
      const named = n % 2 === 0 ? paths : paths.toReversed();
      const index = Object.fromEntries(named.map((path) => [path, { n }]));
      return server(n >> 1).ask('PATCH', '/accounts/', { element: 'shoji:catalog', index });
    };
    for (const round of rounds()) {
      const found = await statuses(rounds(8).map((n) => patch(round * 8 + n)));
      assert.ok(
        found.every((status) => status < 300),
        String(found),
      );
      const values = await Promise.all(paths.map(async (path, n) => (await server(n).body(path))['n']));
      assert.equal(new Set(values).size, 1, String(values));
    }
  });

  it('skip nothing and list nothing twice, though others come and go', async () => {
    const put = (id: string) =>
      server(id.length).ask('PUT', `/names/${id}/`, entity({}), { 'If-None-Match': '*' });
    const staying = rounds(40).map((n) => `stays${String(n).padStart(2, '0')}`);
    for (const id of staying) assert.equal((await put(id)).status, 201);
    const end = new AbortController();
    const comeAndGo = async (_: unknown, n: number) => {
      for (let turn = 0; !end.signal.aborted; turn += 1) {
        const id = `stays${String((turn * 7) % 40).padStart(2, '0')}.${n}.${turn}`;
        assert.equal((await put(id)).status, 201);
        assert.equal((await server(n).ask('DELETE', `/names/${id}/`)).status, 204);
      }
    };
    const others = Promise.all(rounds(3).map(comeAndGo));
    for (const round of rounds()) {
      const listed: string[] = [];
      for (let at: string | undefined = '/names/', n = round; at !== undefined; n += 1) {
        const { status, text } = await server(n).ask('GET', at);
        assert.equal(status, 200, text);
        const { entities, catalogs } = JSON.parse(text) as {
          readonly entities: readonly string[];
          readonly catalogs: Readonly<Record<string, string>>;
        };
        listed.push(...entities.map((iri) => iri.split('/').at(-2) ?? ''));
        at = catalogs['next'] === undefined ? undefined : `/names/${catalogs['next']}`;
      }
      assert.deepEqual(
        listed.filter((id) => staying.includes(id)),
        staying,
      );
      assert.equal(new Set(listed).size, listed.length);
    }
    end.abort();
    await others;
  });

  it('give no id and no version again after a restart', async () => {
    const path = await server(0).create('/accounts/', { n: 1 });
    const { etag } = await server(1).ask('GET', path);
    const list = await server(0).ask('GET', '/accounts/');
    assert.equal((await server(1).ask('DELETE', path)).status, 204);
    await stop();
    await start();
    const next = await server(0).create('/accounts/', { n: 1 });
    assert.equal(Number(next.split('/').at(-2)), Number(path.split('/').at(-2)) + 1);
    assert.notEqual((await server(1).ask('GET', next)).etag, etag);
    assert.notEqual((await server(1).ask('GET', '/accounts/')).etag, list.etag);
    assert.equal((await server(1).ask('GET', path)).status, 404);
  });
}

describe('two processes on one database', () => {
  describe('of SQLite', () => {
    let folder: string;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'shoji-'));
    });

    after(() => rm(folder, { recursive: true, force: true }));

    races(async () => join(folder, 'shared.db'));
  });

  describe('of PostgreSQL', () => {
    before(needPostgres);

    races(async () => (await sharedPostgres()).database());
  });
});

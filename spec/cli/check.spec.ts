import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { XMLValidator } from 'fast-xml-parser';
import { CHECKS } from '../../lib/check/checks.js';
import type { JsonReport } from '../../lib/check/report/json-report.js';
import { checkCommand } from '../../lib/cli/check-command.js';
import { ShojiProcess } from './shoji-process.js';

const main = join(dirname(fileURLToPath(import.meta.url)), '../../bundle/cli.js');

const shojiCheck = (args: readonly string[], more: Parameters<typeof ShojiProcess.run>[1] = {}) =>
  ShojiProcess.run(['check', ...args], more);

/** Runs the command within this process, which is quicker where nothing but its words matter. */
async function runHere(args: readonly string[]): Promise<{ code: number; output: string }> {
  const printed = new PassThrough();
  const code = await checkCommand(args, { stdin: Readable.from([]), stdout: printed, stderr: printed });
  return { code, output: String(printed.read() ?? '') };
}

/** Runs a test against a server on a free port of this machine. */
async function serving(listener: RequestListener, test: (address: string) => Promise<void>): Promise<void> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await test(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** A root whose one link is dead. */
const faulty: RequestListener = ({ url }, response) => {
  response.setHeader('Content-Type', 'application/shoji+json');
  if (url !== '/') response.statusCode = 404;
  response.end(
    url === '/'
      ? '{"element": "shoji:catalog", "self": "", "title": "\\u001b[2JRoot", "catalogs": {"dead": "dead/"}}'
      : '{}',
  );
};

describe('shoji check', function () {
  let api: ShojiProcess;
  let folder: string;
  before(async () => {
    api = await ShojiProcess.serve('examples/users');
    folder = mkdtempSync(join(tmpdir(), 'shoji-check-'));
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await api.stop();
  });

  describe('of an API without faults', () => {
    it('sums up in one line and exits 0', async () => {
      const { code, output } = await shojiCheck([api.address]);
      assert.equal(code, 0, output);
      assert.match(
        output,
        /^\d+ resources, \d+ links, [\d,]+ requests in \d+\.\d s: 0 errors, 0 warnings, /m,
      );
    });

    it('writes JSON, with what was found at which limit', async () => {
      const { code, output } = await shojiCheck([api.address, '--format', 'json', '--max-documents', '6']);
      assert.equal(code, 0, output);
      const { start, summary, resources } = JSON.parse(output) as JsonReport;
      assert.equal(start, api.address);
      assert.equal(summary.complete, false);
      assert.match(summary.unfinished ?? '', /6/);
      assert.equal(resources.filter(({ status }) => status === 200).length, 6);
    });

    it('makes the checks that are asked for, and shows them in JUnit’s XML', async () => {
      const names = ['status', 'etag'];
      const args = names.flatMap((name) => ['--check', name]);
      const { code, output } = await shojiCheck([api.address, '--depth', '1', '--format', 'junit', ...args]);
      assert.equal(code, 0, output);
      assert.equal(XMLValidator.validate(output), true);
      const suites = [...output.matchAll(/<testsuite name="([^"]*)"/g)].map(([, name]) => name);
      assert.deepEqual(suites, names);
    });

    it('writes a page to a file, and nothing else', async () => {
      const file = join(folder, 'report.html');
      const { code, output } = await shojiCheck([
        api.address,
        '--depth',
        '2',
        '--check',
        'status',
        '--format',
        'html',
        '--output',
        file,
      ]);
      assert.deepEqual({ code, output }, { code: 0, output: '' });
      const page = readFileSync(file, 'utf8');
      assert.equal(XMLValidator.validate(page), true);
      assert.match(page, /Users Catalog/);
      assert.match(page, /more entities/);
    });

    it('draws the link graph in the place of a report', async () => {
      const limits = ['--depth', '1', '--check', 'status'];
      const dot = await shojiCheck([api.address, ...limits, '--graph', 'dot']);
      assert.match(dot.output, /^digraph "http:.*n0 -> n1 \[label="users"\]/s);
      const mermaid = await shojiCheck([api.address, ...limits, '--graph', 'mermaid']);
      assert.match(mermaid.output, /^flowchart LR\n.*n0 -->\|"users"\| n1$/ms);
    });

    it('says nothing where nothing failed and quiet is asked for', async () => {
      const { code, output } = await shojiCheck([api.address, '--depth', '1', '--quiet']);
      assert.deepEqual({ code, output }, { code: 0, output: '' });
    });

    it('tells known IRIs that no link leads to', async () => {
      const input = `${api.address}users/\n\n  ${api.address}hidden/\n`;
      const args = [api.address, '--known', '-', '--depth', '1', '--check', 'orphan', '--format', 'json'];
      const { output } = await shojiCheck(args, { input });
      const { findings } = JSON.parse(output) as JsonReport;
      assert.ok(
        findings.some(({ check, iri }) => check === 'orphan' && iri === `${api.address}hidden/`),
        output,
      );
      assert.ok(
        !findings.some(({ check, iri }) => check === 'orphan' && iri === `${api.address}users/`),
        output,
      );
    });

    it('writes to a scratch catalog where it is told to, and leaves nothing behind', async () => {
      const entities = async () =>
        ((await (await fetch(`${api.address}users/`)).json()) as { entities: string[] }).entities.length;
      const before = await entities();
      const body = join(folder, 'body.json');
      writeFileSync(body, '{"first_name": "Ada", "last_name": "Lovelace", "sold_count": 1}');
      const { code, output } = await shojiCheck([
        api.address,
        '--depth',
        '0',
        '--check',
        'write',
        '--write',
        `${api.address}users/`,
        '--write-body',
        `@${body}`,
      ]);
      assert.equal(code, 0, output);
      assert.equal(await entities(), before);
    });
  });

  describe('of an API with faults', () => {
    it('exits 1 and shows where they are, with nothing that steers the terminal', () =>
      serving(faulty, async (address) => {
        const { code, output } = await shojiCheck([address]);
        assert.equal(code, 1, output);
        assert.match(output, /^ {2}error \/catalogs\/dead: .*dead\/.*\n {4}link-alive/m);
        assert.doesNotMatch(output, /[^\n\P{C}]/u);
      }));

    it('shows them when quiet is asked for, too', () =>
      serving(faulty, async (address) => {
        const { code, output } = await shojiCheck([address, '--quiet', '--check', 'link-alive']);
        assert.equal(code, 1, output);
        assert.match(output, /error \/catalogs\/dead/);
      }));

    it('colours where it is asked to', () =>
      serving(faulty, async (address) => {
        const { output } = await shojiCheck([address, '--color']);
        assert.ok(output.includes('\u001b[31merror\u001b[39m /catalogs/dead'), JSON.stringify(output));
        assert.ok(!output.includes('\u001b[2J'));
      }));

    it('exits 1 on more warnings than are allowed', () =>
      serving(
        ({ url }, response) => {
          response.setHeader('Content-Type', 'application/shoji+json');
          if (url !== '/') response.statusCode = 404;
          response.end('{"element": "shoji:catalog", "self": "", "updated": "2003-12-13T18:30:02Z"}');
        },
        async (address) => {
          const args = [address, '--check', 'document'];
          const allowed = await shojiCheck([...args, '--max-warnings', '1']);
          assert.match(allowed.output, /^ {2}warning \/updated/m);
          assert.equal(allowed.code, 0, allowed.output);
          const refused = await shojiCheck([...args, '--max-warnings', '0']);
          assert.equal(refused.code, 1, refused.output);
          const junit = await shojiCheck([...args, '--max-warnings', '0', '--format', 'junit']);
          assert.match(junit.output, /<failure type="[^"]+" message=/);
        },
      ));
  });

  describe('with secrets', () => {
    const guarded =
      (seen: IncomingMessage[]): RequestListener =>
      (request, response) => {
        seen.push(request);
        response.setHeader('Content-Type', 'application/shoji+json');
        response.end('{"element": "shoji:catalog", "self": ""}');
      };
    const seenBy = async (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
      const seen: IncomingMessage[] = [];
      await serving(guarded(seen), async (address) => {
        const { output } = await shojiCheck([address, '--check', 'status', ...args], { env });
        assert.doesNotMatch(output, /s3cret/);
      });
      const [first] = seen;
      assert.ok(first);
      return first.headers;
    };

    it('sends a token, of an option or of the environment', async () => {
      assert.equal((await seenBy(['--token', 's3cret'])).authorization, 'Bearer s3cret');
      assert.equal((await seenBy([], { SHOJI_TOKEN: 's3cret2' })).authorization, 'Bearer s3cret2');
    });

    it('sends headers, which go before a token', async () => {
      const headers = await seenBy(
        ['--header', 'X-Key: s3cret', '--header', 'x-key:more', '--header', 'Authorization: Basic s3cret'],
        { SHOJI_TOKEN: 's3cret2' },
      );
      assert.equal(headers['x-key'], 's3cret, more');
      assert.equal(headers.authorization, 'Basic s3cret');
    });

    it('does not repeat a malformed one', async () => {
      for (const args of [
        ['--header', 'X-Key: s3cr\u00e9t\u0100'],
        ['--token', 's3cr et'],
      ]) {
        const { code, output } = await shojiCheck([api.address, ...args]);
        assert.equal(code, 2);
        assert.doesNotMatch(output, /s3cr/);
      }
    });
  });

  describe('with values for templates', () => {
    it('takes JSON, strings, and lists by repetition', async () => {
      const asked: string[] = [];
      const listener: RequestListener = ({ url = '' }, response) => {
        asked.push(url);
        response.setHeader('Content-Type', 'application/shoji+json');
        response.end(
          '{"element": "shoji:catalog", "self": "", "catalogs": {"found": "found/{?tags*,from,at*}", "one": "{?name}"}}',
        );
      };
      await serving(listener, async (address) => {
        const values = ['tags=a', 'tags=b', 'from=007', 'at={"x": 1}', 'name=a=b'];
        await shojiCheck([address, '--depth', '1', ...values.flatMap((value) => ['--value', value])]);
      });
      assert.ok(asked.includes('/found/?tags=a&tags=b&from=007&x=1'), asked.join('\n'));
      assert.ok(asked.includes('/?name=a%3Db'), asked.join('\n'));
    });
  });

  describe('on a terminal', () => {
    it('shows how far it has come, apart from the report', () =>
      serving(faulty, async (address) => {
        const stdout = new PassThrough();
        const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 120 });
        await checkCommand([address, '--check', 'link-alive'], { stdin: Readable.from([]), stdout, stderr });
        assert.match(String(stderr.read()), /\d+\/\d+ resources, \d+ requests, \d+ findings, .* left/);
        assert.match(String(stdout.read()), /^http:.*\n {2}error \/catalogs\/dead: /);
      }));
  });

  describe('that is interrupted', () => {
    it('prints what is known so far, and exits 130', async () => {
      const asked = new EventEmitter();
      const listener: RequestListener = ({ url = '' }, response) => {
        asked.emit(url);
        // All but the root is slow without end.
        if (url !== '/') return;
        response.setHeader('Content-Type', 'application/shoji+json');
        response.end('{"element": "shoji:catalog", "self": "", "catalogs": {"slow": "slow/"}}');
      };
      await serving(listener, async (address) => {
        const slow = once(asked, '/slow/');
        const child = spawn(process.execPath, [
          main,
          'check',
          address,
          '--check',
          'etag',
          '--timeout',
          '600',
        ]);
        let output = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
        const closed = once(child, 'close');
        await slow;
        child.kill('SIGINT');
        const [code] = await closed;
        assert.equal(code, 130, output);
        assert.match(output, /The walk did not come to its end: .*stopped/);
        assert.match(output, /^\d+ resources?, .*: 0 errors/m);
      });
    });
  });

  describe('that cannot begin', () => {
    it('exits 2 where nothing answers', async () => {
      let gone = '';
      await serving(faulty, async (address) => void (gone = address));
      const { code, output } = await shojiCheck([gone]);
      assert.equal(code, 2, output);
      assert.match(output, /nothing could be fetched from http:/);
    });

    const wrong: readonly (readonly [what: string, args: readonly string[], message: RegExp])[] = [
      ['no URL', [], /no URL is given; write/],
      [
        'two URLs',
        ['http://a.test/', 'http://b.test/'],
        /one API is checked at a time; found http:\/\/b\.test\//,
      ],
      ['a relative URL', ['users/'], /"users\/" .*absolute/],
      ['a URL of another scheme', ['ftp://a.test/'], /ftp:\/\/a\.test\//],
      ['an unknown option', ['--deep', 'http://a.test/'], /'--deep'; the options are --header, --token/],
      ['an unknown dialect', ['--dialect', 'draft-03', 'http://a.test/'], /"draft-03"; write one of: draft-/],
      ['an unknown check', ['--check', 'cheque', 'http://a.test/'], /"cheque"; the checks are: status, /],
      [
        'an unknown format',
        ['--format', 'pdf', 'http://a.test/'],
        /"pdf"; write text or json or junit or html/,
      ],
      ['an unknown graph', ['--graph', 'svg', 'http://a.test/'], /"svg"; write dot or mermaid/],
      ['a graph and a format', ['--graph', 'dot', '--format', 'json', 'http://a.test/'], /write one of them/],
      [
        'a number that is none',
        ['--depth', 'two', 'http://a.test/'],
        /--depth is "two"; write a number of at least 0/,
      ],
      [
        'a fraction of a document',
        ['--max-documents', '1.5', 'http://a.test/'],
        /"1.5"; write a whole number/,
      ],
      [
        'no time at all',
        ['--timeout', '0', 'http://a.test/'],
        /--timeout is "0"; write a number of at least 0.001/,
      ],
      ['a header without a value', ['--header', 'X-Key', 'http://a.test/'], /--header "X-Key" is no header/],
      ['a value without a name', ['--value', '=3', 'http://a.test/'], /write --value name=value/],
      [
        'a value that is too deep',
        ['--value', 'a=[[1]]', 'http://a.test/'],
        /--value a is JSON that holds lists/,
      ],
      ['an origin that is none', ['--allow-origin', 'a.test', 'http://a.test/'], /"a\.test" is no origin/],
      ['a body without a catalog', ['--write-body', '{}', 'http://a.test/'], /write --write CATALOG/],
      [
        'a body that is no JSON',
        ['--write', '/', '--write-body', '{', 'http://a.test/'],
        /--write-body is no JSON/,
      ],
      ['a body that is no object', ['--write', '/', '--write-body', '[]', 'http://a.test/'], /but no object/],
      ['a file that is not there', ['--known', 'nowhere.txt', 'http://a.test/'], /nowhere\.txt.*ENOENT/],
      ['both colours', ['--color', '--no-color', 'http://a.test/'], /write one of them/],
    ];
    for (const [what, args, message] of wrong) {
      it(`exits 2 on ${what}, and says what to write`, async () => {
        const { code, output } = await runHere(args);
        assert.match(output, message);
        assert.match(output, /^shoji check: .*\nSee shoji check --help\.\n$/);
        assert.equal(code, 2);
      });
    }

    it('exits 2 where the report cannot be written', async () => {
      const file = join(folder, 'no', 'report.json');
      const { code, output } = await runHere([
        api.address,
        '--depth',
        '0',
        '--check',
        'status',
        '--output',
        file,
      ]);
      assert.match(output, /--output names .*ENOENT/);
      assert.equal(code, 2);
    });
  });

  describe('--explain', () => {
    it('explains every check', async () => {
      for (const { name, summary, see } of CHECKS.slice(0, 3)) {
        const { code, output } = await runHere(['--explain', name]);
        assert.equal(code, 0);
        assert.ok(output.startsWith(`${name}: ${summary}\n\n`));
        assert.ok(output.endsWith(`\n\nSee ${see}.\n`));
      }
    });

    it('exits 2 on a check that there is not, and names those that there are', async () => {
      const { code, output } = await runHere(['--explain', 'cheque']);
      assert.equal(code, 2);
      for (const { name } of CHECKS) assert.ok(output.includes(name));
    });
  });
});

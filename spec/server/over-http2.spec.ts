import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const MOCHA = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');

/** The tests of what is answered, whatever the bytes on the wire; what the stores differ in is of no concern here. */
const BEHAVIOUR = [
  'body',
  'constraints',
  'conditional-get',
  'conditions',
  'documents',
  'fragments',
  'guard',
  'idempotency',
  'index-patch',
  'methods',
  'mounting',
  'negotiation',
  'nesting',
  'pages',
  'patch',
  'problem-pages',
  'require-if-match',
  'trust',
];

/** Tests that are about HTTP/1.1 alone, by their titles. */
const NOT_OVER_HTTP2 = 'PostgreSQL|SQLite|of no standard is 400|the authority that the client has sent';

describe('[H39] over node:http2', () => {
  it('[H39] all is answered as over HTTP/1.1', async function () {
    this.timeout(300_000);
    const files = BEHAVIOUR.map((name) => fileURLToPath(new URL(`${name}.spec.js`, import.meta.url)));
    const options = ['--no-config', '--forbid-only', '--exit', '--reporter', 'dot', '--timeout', '60000'];
    const child = spawn(
      process.execPath,
      [MOCHA, ...options, '--grep', NOT_OVER_HTTP2, '--invert', ...files],
      { env: { ...process.env, SERVE: 'http2' }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(code, 0, output);
    // So that a run which finds no tests is none.
    assert.match(output, /\b[1-9]\d\d passing/);
  });
});

// @slow: waits for limits of time
import assert from 'node:assert/strict';
import { brotliCompressSync, constants, deflateRawSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import type { FetchFailure, FetchOptions, FetchOutcome } from '../../../lib/check/client/fetch.js';
import { createClient } from '../../../lib/check/client/http-client.js';
import { answer, type Behaviour, drip, hostileServers, pour } from '../hostile.js';

const MIB = 1024 * 1024;

describe('[H83] hostile answers', () => {
  const hostile = hostileServers();

  async function outcomeOf(
    behaviour: Behaviour,
    options: FetchOptions = {},
    method = 'GET',
  ): Promise<FetchOutcome> {
    const { origin } = await hostile(behaviour);
    const client = createClient(`${origin}/`, { timeout: 5000, ...options });
    try {
      return await client.send({ method, iri: `${origin}/` });
    } finally {
      client.close();
    }
  }

  const sending =
    (bytes: string | Buffer): Behaviour =>
    (socket) =>
      socket.end(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);

  function assertFailed(
    outcome: FetchOutcome,
    reason: string,
    message: RegExp,
  ): asserts outcome is FetchFailure {
    assert.equal(outcome.type, 'failure', JSON.stringify(outcome));
    assert.equal(outcome.reason, reason, outcome.message);
    assert.match(outcome.message, message);
  }

  describe('that are too large', () => {
    const limit = { bytes: MIB };

    it('end at the limit, and not before', async () => {
      const body = Buffer.alloc(1000, 'a');
      const whole = await outcomeOf(sending(answer('200 OK', [], body)), { bytes: 1000 });
      assert.equal(whole.type === 'response' && whole.body.length, 1000);
      const cut = await outcomeOf(sending(answer('200 OK', [], body)), { bytes: 999 });
      assertFailed(cut, 'too-large', /more than 999 bytes once decoded/);
    });

    it('end at 16 MiB where the options say nothing', async () => {
      const whole = await outcomeOf(sending(answer('200 OK', [], Buffer.alloc(16 * MIB))));
      assert.equal(whole.type === 'response' && whole.body.length, 16 * MIB);
      const cut = await outcomeOf(sending(answer('200 OK', [], Buffer.alloc(16 * MIB + 1))));
      assertFailed(cut, 'too-large', /more than 16777216 bytes/);
    });

    const piece = Buffer.alloc(64 * 1024, 'a');
    const ENDLESS: readonly [string, string, Buffer][] = [
      ['with no length', 'HTTP/1.0 200 OK\r\n\r\n', piece],
      ['with a length of terabytes', 'HTTP/1.1 200 OK\r\nContent-Length: 9000000000000\r\n\r\n', piece],
      [
        'in chunks',
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
        Buffer.concat([Buffer.from('10000\r\n'), piece, Buffer.from('\r\n')]),
      ],
      [
        'of compressed zeroes',
        'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n',
        gzipSync(Buffer.alloc(8 * MIB)),
      ],
    ];
    for (const [title, head, body] of ENDLESS) {
      it(`end where a body ${title} has no end`, async () => {
        const endless: Behaviour = (socket) => {
          socket.write(head);
          pour(socket, body);
        };
        assertFailed(await outcomeOf(endless, limit), 'too-large', /more than 1048576 bytes/);
      });
    }

    const BOMBS: readonly [string, string, () => Buffer][] = [
      ['gzip', 'gzip', () => Buffer.concat(Array<Buffer>(64).fill(gzipSync(Buffer.alloc(8 * MIB))))],
      ['gzip within gzip', 'gzip, gzip', () => gzipSync(gzipSync(Buffer.alloc(64 * MIB)))],
      [
        'brotli',
        'br',
        () => brotliCompressSync(Buffer.alloc(64 * MIB), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
      ],
    ];
    for (const [title, coding, make] of BOMBS) {
      it(`end where they are bombs of ${title}, in bounded memory`, async () => {
        const bomb = make();
        assert.ok(bomb.length < MIB);
        const before = process.memoryUsage().rss;
        const outcome = await outcomeOf(
          sending(answer('200 OK', [`Content-Encoding: ${coding}`], bomb)),
          limit,
        );
        const growth = process.memoryUsage().rss - before;

        assertFailed(outcome, 'too-large', /once decoded/);
        assert.ok(growth < 48 * MIB, `grew by ${Math.round(growth / MIB)} MiB`);
      });
    }

    it('end where the header has no end', async () => {
      const endless: Behaviour = (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        pour(socket, Buffer.from(`X-A: ${'a'.repeat(1000)}\r\n`));
      };
      assertFailed(await outcomeOf(endless), 'too-large', /header of the answer has more than 16384 bytes/);
    });

    it('end where one field is too long', async () => {
      const bytes = answer('200 OK', [`X-A: ${'a'.repeat(20_000)}`]);
      assertFailed(await outcomeOf(sending(bytes)), 'too-large', /header/);
    });
  });

  describe('that are too slow', () => {
    const limit = { timeout: 200 };
    const SLOW: readonly [string, Behaviour][] = [
      ['never come', () => undefined],
      ['come byte by byte', (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nX-A: a\r\n'.padEnd(10_000, 'a'))],
      [
        'have a body that comes byte by byte',
        (socket) => {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
          drip(socket, 'a');
        },
      ],
      [
        'have a body that never comes',
        (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'),
      ],
      [
        'never end',
        (socket) => socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n'),
      ],
      [
        'decode to nothing, without end',
        (socket) => {
          socket.write('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n');
          socket.write(Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]));
          drip(socket, 'name');
        },
      ],
    ];
    for (const [title, behaviour] of SLOW) {
      it(`end where they ${title}`, async () => {
        assertFailed(await outcomeOf(behaviour, limit), 'too-slow', /within 200 ms; --timeout/);
      });
    }

    it('end where a name is never looked up', async () => {
      const resolver = () => new Promise<never>(() => undefined);
      const client = createClient('http://start.example/', { timeout: 50, resolver });
      const outcome = await client.send({ method: 'GET', iri: 'http://start.example/' });
      client.close();
      assertFailed(outcome, 'too-slow', /within 50 ms/);
    });

    it('may take their time where the time has no end', async () => {
      const slow: Behaviour = (socket) => setTimeout(() => socket.write(answer('200 OK')), 50);
      assert.equal((await outcomeOf(slow, { timeout: Infinity })).type, 'response');
    });

    it('hold up no others than those that wait for their turn', async () => {
      const { origin } = await hostile((socket, { target }) => {
        if (target !== '/slow') socket.write(answer('200 OK'));
      });
      const client = createClient(`${origin}/`, { timeout: 300, concurrency: 2 });
      const slow = client.send({ method: 'GET', iri: `${origin}/slow` });
      for (let count = 0; count < 5; count += 1) {
        assert.equal((await client.send({ method: 'GET', iri: `${origin}/` })).type, 'response');
      }
      assertFailed(await slow, 'too-slow', /within/);
      client.close();
    });
  });

  describe('that break off', () => {
    const BROKEN: readonly [string, Behaviour, RegExp][] = [
      ['at once', (socket) => socket.destroy(), /closed before an answer came/],
      ['by a reset', (socket) => socket.resetAndDestroy(), /closed before an answer came/],
      ['within the status line', sending('HTTP/1.1 20'), /closed before an answer came/],
      ['within the header', sending('HTTP/1.1 200 OK\r\nContent-Le'), /closed before an answer came/],
      [
        'before the length is reached',
        sending('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'),
        /closed in the middle of the answer/,
      ],
      [
        'before the last chunk',
        sending('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'),
        /closed in the middle of the answer/,
      ],
      [
        'within the body, by a reset',
        (socket) => {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc', () =>
            setTimeout(() => socket.resetAndDestroy(), 20),
          );
        },
        /closed in the middle of the answer/,
      ],
    ];
    for (const [title, behaviour, message] of BROKEN) {
      it(`${title} are no answers`, async () => {
        assertFailed(await outcomeOf(behaviour), 'unreachable', message);
      });
    }

    it('are none where nothing listens', async () => {
      const start = 'http://127.0.0.1:1/';
      const client = createClient(start, {});
      const outcome = await client.send({ method: 'GET', iri: start });
      client.close();
      assertFailed(outcome, 'unreachable', /connection was refused; start the server/);
      assert.equal(client.requests, 0);
    });
  });

  describe('that are no HTTP', () => {
    const head = 'HTTP/1.1 200 OK\r\n';
    const GARBAGE: readonly [string, string][] = [
      ['mail', '220 mail.example ESMTP\r\n'],
      ['a shell', 'SSH-2.0-OpenSSH_9.6\r\n'],
      ['bytes', '\x00\x01\x02\x03\xff\xfe\r\n\r\n'],
      ['HTTP/0.9', '<html></html>\r\n'],
      ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
      ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
      ['a field without a name', `${head}: a\r\n\r\n`],
      ['a space before the colon', `${head}Content-Length : 1\r\n\r\na`],
      ['a field over two lines', `${head}X-A: a\r\n b\r\n\r\n`],
      ['a null character in a field', `${head}X-A: a\x00b\r\n\r\n`],
      ['a length that is no number', `${head}Content-Length: ten\r\n\r\n0123456789`],
      ['a negative length', `${head}Content-Length: -1\r\n\r\n`],
      ['two lengths', `${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
      ['a length and chunks', `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
      ['chunks of a size that is no number', `${head}Transfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n`],
      [
        'chunks that are longer than they say',
        `${head}Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n`,
      ],
      ['101 that nothing asked for', 'HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'],
    ];
    for (const [title, bytes] of GARBAGE) {
      it(`but ${title} are not read`, async () => {
        // A server that keeps the connection open, so that it is what came that fails.
        const outcome = await outcomeOf((socket) => socket.write(Buffer.from(bytes, 'latin1')));
        assertFailed(outcome, 'bad-http', /HTTP|101/);
      });
    }

    it('but interim answers without end are not read', async () => {
      const flood: Behaviour = (socket) => pour(socket, Buffer.from('HTTP/1.1 103 Early Hints\r\n\r\n'));
      assertFailed(await outcomeOf(flood), 'bad-http', /more than 16 interim answers/);
    });

    it('but a few interim answers are sat through', async () => {
      const interim = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n';
      const outcome = await outcomeOf(sending(Buffer.concat([Buffer.from(interim), answer('200 OK')])));
      assert.equal(outcome.type === 'response' && outcome.status, 200);
    });

    it('in what comes after the answer do no harm to it', async () => {
      const more: Behaviour = (socket) =>
        socket.write(
          Buffer.concat([answer('200 OK', ['Content-Length: 2'], 'abcdef'), answer('500 No', [], 'x')]),
        );
      const outcome = await outcomeOf(more);
      assert.equal(outcome.type === 'response' && Buffer.from(outcome.body).toString(), 'ab');
    });

    it('in what comes after the answer do no harm to the next', async () => {
      const { origin } = await hostile((socket) => {
        socket.write(answer('200 OK', [], 'x'), () => socket.write('garbage\r\n\r\n'));
      });
      const client = createClient(`${origin}/`, { timeout: 5000 });
      for (let count = 0; count < 10; count += 1) {
        const outcome = await client.send({ method: 'GET', iri: `${origin}/` });
        assert.equal(outcome.type, 'response', JSON.stringify(outcome));
      }
      client.close();
    });

    for (const [method, status] of [
      ['HEAD', '200 OK'],
      ['GET', '204 No Content'],
      ['GET', '304 Not Modified'],
    ] as const) {
      it(`in a body that ${method} ${status} may not have do no harm`, async () => {
        const outcome = await outcomeOf(sending(answer(status, [], '{"a":1}')), {}, method);
        assert.equal(outcome.type, 'response', JSON.stringify(outcome));
        assert.equal(outcome.body.length, 0);
      });
    }
  });

  describe('that are not coded as they say', () => {
    const gzipped = gzipSync('{"element":"shoji:catalog"}');
    const BAD: readonly [string, string, Buffer, RegExp][] = [
      ['plain text', 'gzip', Buffer.from('{"a":1}'), /not what Content-Encoding says/],
      ['plain text', 'br', Buffer.from('{"element":"shoji:catalog"}'), /not what Content-Encoding says/],
      ['gzip without its end', 'gzip', gzipped.subarray(0, -9), /not what Content-Encoding says/],
      ['brotli without its end', 'br', brotliCompressSync('hello hello').subarray(0, 6), /not what/],
      [
        'gzip with a broken checksum',
        'gzip',
        Buffer.concat([gzipped.subarray(0, -8), Buffer.alloc(8)]),
        /not what/,
      ],
      ['nothing', 'gzip', Buffer.alloc(0), /not what Content-Encoding says/],
      ['raw deflate', 'deflate', deflateRawSync('hello'), /not what Content-Encoding says/],
      ['gzip once', 'gzip, gzip', gzipped, /not what Content-Encoding says/],
      [
        'an unknown coding',
        'zstd',
        gzipped,
        /"zstd", which the request did not ask for; send one of gzip, br/,
      ],
      ['many codings', 'gzip, gzip, gzip', gzipped, /names 3 codings/],
    ];
    for (const [title, coding, body, message] of BAD) {
      it(`are refused: ${title} as ${coding}`, async () => {
        const outcome = await outcomeOf(sending(answer('200 OK', [`Content-Encoding: ${coding}`], body)));
        assertFailed(outcome, 'bad-encoding', message);
      });
    }
  });

  it('of any bytes at all make it fail or answer, and never throw', async () => {
    let next: Buffer = Buffer.alloc(0);
    const { origin } = await hostile((socket) => socket.end(next));
    const client = createClient(`${origin}/`, { timeout: 2000, bytes: 1000 });
    const bytes = fc.uint8Array({ maxLength: 200 });
    const start = fc.constantFrom(
      '',
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.1 302 Found\r\nLocation: ',
      'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    await fc.assert(
      fc.asyncProperty(start, bytes, async (head, tail) => {
        next = Buffer.concat([Buffer.from(head, 'latin1'), tail]);
        const outcome = await client.follow({ method: 'GET', iri: `${origin}/` });
        assert.ok(outcome.type === 'response' || outcome.message.length > 0);
      }),
      { numRuns: 300 },
    );
    client.close();
  });
});

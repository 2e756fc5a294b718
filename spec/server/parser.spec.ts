import assert from 'node:assert/strict';
import { assertProblem } from './problems.js';
import { raw, requestText } from './raw.js';
import { serving } from './serve.js';
import type { Serving } from './serve.js';
import { ADA, entity, shop } from './shop.js';

const ADA_TEXT = JSON.stringify(entity(ADA));
const POST = ['Content-Type: application/json', 'Connection: keep-alive'];

/** Two requests on one connection: what comes after the first shows whether the server closed it. */
const FOLLOWING = requestText('GET /problems/bad-request', ['Connection: keep-alive']);

describe('the parsing of a request:', () => {
  const serve = serving();
  let served: Serving;
  beforeEach(async () => {
    served = await serve(shop());
  });

  const send = (bytes: string) => raw(served.port, bytes, { untilClose: true });

  /** Refused once, the connection closed, nothing after it answered, nothing written. */
  async function refused(bytes: string): Promise<void> {
    const answer = await send(bytes + FOLLOWING);
    assertProblem(answer, 400, 'bad-request');
    assert.equal(answer.headers['connection'], 'close');
    assert.equal(answer.all.split('HTTP/1.1 ').length, 2, answer.all);
    const list = await raw(served.port, requestText('GET /customers/'));
    assert.deepEqual(JSON.parse(list.text).entities, []);
  }

  describe('header fields', () => {
    const fields = (count: number, length = 1) =>
      Array.from({ length: count }, (_, index) => `X-${index}: ${'a'.repeat(length)}`);

    it('[H23] of less than 16 KiB are read', async () => {
      assert.equal((await raw(served.port, requestText('GET /customers/', fields(10, 1500)))).status, 200);
    });

    it('[H23] of more than 16 KiB are refused', async () => {
      assertProblem(await send(requestText('GET /customers/', fields(20, 1000))), 431, 'headers-too-large');
      assertProblem(await send(requestText('GET /customers/', fields(1, 20_000))), 431, 'headers-too-large');
    });

    it('[H23] of more than 16 KiB are refused where they come bit by bit, too', async () => {
      const [head = '', rest = ''] = requestText('GET /customers/', fields(1, 40_000)).split('X-0: ');
      const answer = await raw(served.port, (socket) => {
        socket.write(`${head}X-0: `);
        setTimeout(() => socket.write(rest), 20);
      });
      assertProblem(answer, 431, 'headers-too-large');
    });

    it('[H23] are read up to 200 of them, and no more', async () => {
      // Host and Connection are two of them.
      assert.equal((await raw(served.port, requestText('GET /customers/', fields(198)))).status, 200);
      assertProblem(
        await raw(served.port, requestText('GET /customers/', fields(199))),
        431,
        'too-many-headers',
      );
      assertProblem(
        await raw(served.port, requestText('GET /customers/', fields(1100))),
        431,
        'too-many-headers',
      );
    });

    it('[H23] are not looked at where the target alone is over 16 KiB', async () => {
      assertProblem(await send(requestText(`GET /${'a'.repeat(20_000)}`)), 414, 'uri-too-long');
    });
  });

  describe('a target without a Host', () => {
    it('[H26] is refused whatever the method', async () => {
      for (const line of ['GET /', 'OPTIONS *', 'POST /customers/', 'GET /of/nobody']) {
        const answer = await send(`${line} HTTP/1.1\r\nConnection: keep-alive\r\n\r\n`);
        assertProblem(answer, 400, 'bad-host');
        assert.equal(answer.headers['connection'], 'close');
      }
    });

    it('[H26] is answered in HTTP/1.0, which knows no Host', async () => {
      assert.equal((await send('GET /customers/ HTTP/1.0\r\n\r\n')).status, 200);
    });
  });

  describe('an expectation', () => {
    for (const expectation of ['foo', '200-ok', '101-continue']) {
      it(`[H34] of ${expectation} cannot be met`, async () => {
        const length = `Content-Length: ${ADA_TEXT.length}`;
        const line = requestText(
          'POST /customers/',
          ['Content-Type: application/json', length, `Expect: ${expectation}`],
          ADA_TEXT,
        );
        assertProblem(await raw(served.port, line), 417, 'expectation-failed');
        assert.deepEqual(
          JSON.parse((await raw(served.port, requestText('GET /customers/'))).text).entities,
          [],
        );
      });
    }

    it('[H34] of 100-continue is met', async () => {
      const answer = await raw(served.port, (socket) => {
        const fields = [
          'Content-Type: application/json',
          `Content-Length: ${ADA_TEXT.length}`,
          'Expect: 100-continue',
        ];
        socket.write(requestText('POST /customers/', fields));
        socket.once('data', () => socket.write(ADA_TEXT));
      });
      assert.match(answer.all, /^HTTP\/1\.1 100 Continue\r\n/);
      assert.equal(answer.status, 201);
    });

    const refusals: readonly [what: string, line: string, fields: readonly string[], status: number][] = [
      ['too long', 'POST /customers/', ['Content-Type: application/json', 'Content-Length: 2000000'], 413],
      ['of the wrong type', 'POST /customers/', ['Content-Type: text/plain', 'Content-Length: 5'], 415],
      ['for a resource that is not there', 'PUT /nowhere', ['Content-Length: 5'], 404],
    ];
    for (const [what, line, fields, status] of refusals) {
      it(`[H34] of 100-continue for a body ${what} is refused at once, and the connection closed`, async () => {
        const text = requestText(line, [...fields, 'Expect: 100-continue', 'Connection: keep-alive']);
        const answer = await send(text);
        assert.match(answer.all, new RegExp(`^HTTP/1\\.1 ${status} `));
        assert.equal(answer.headers['connection'], 'close');
      });
    }

    it('[H34] of 100-continue that is met leaves the connection open', async () => {
      const fields = ['Content-Type: application/json', `Content-Length: ${ADA_TEXT.length}`];
      const answer = await raw(
        served.port,
        (socket) => {
          socket.write(
            requestText('POST /customers/', [...fields, 'Expect: 100-continue', 'Connection: keep-alive']),
          );
          socket.once('data', () => socket.write(ADA_TEXT + requestText('GET /customers/')));
        },
        { untilClose: true },
      );
      assert.deepEqual(answer.all.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 100', 'HTTP/1.1 201', 'HTTP/1.1 200']);
    });
  });

  describe('a body whose end is in doubt', () => {
    const length = `Content-Length: ${ADA_TEXT.length}`;
    const chunked = `${ADA_TEXT.length.toString(16)}\r\n${ADA_TEXT}\r\n0\r\n\r\n`;

    it('[H34] is refused: Content-Length before Transfer-Encoding', async () => {
      await refused(
        requestText('POST /customers/', [...POST, length, 'Transfer-Encoding: chunked'], chunked),
      );
    });

    it('[H34] is refused: Transfer-Encoding before Content-Length', async () => {
      await refused(
        requestText('POST /customers/', [...POST, 'Transfer-Encoding: chunked', length], chunked),
      );
    });

    it('[H34] is refused: two lengths', async () => {
      await refused(requestText('POST /customers/', [...POST, length, 'Content-Length: 5'], ADA_TEXT));
      await refused(requestText('POST /customers/', [...POST, length, length], ADA_TEXT));
      await refused(requestText('POST /customers/', [...POST, `${length}, ${ADA_TEXT.length}`], ADA_TEXT));
    });

    for (const value of ['-1', '+5', '1e3', '0x10', 'five', '5 5']) {
      it(`[H34] is refused: a length of ${value}`, async () => {
        await refused(requestText('POST /customers/', [...POST, `Content-Length: ${value}`], ADA_TEXT));
      });
    }

    for (const coding of ['gzip', 'chunked, gzip', 'xchunked', 'chunked, chunked']) {
      it(`[H34] is refused: Transfer-Encoding: ${coding}`, async () => {
        const answer = await send(
          requestText('POST /customers/', [...POST, `Transfer-Encoding: ${coding}`], chunked) + FOLLOWING,
        );
        assert.equal(answer.status, 400);
        assert.equal(answer.all.split('HTTP/1.1 ').length, 2, answer.all);
      });
    }

    const chunks: Readonly<Record<string, string>> = {
      'a size that is no number': 'zz\r\n{}\r\n0\r\n\r\n',
      'a negative size': '-1\r\n{}\r\n0\r\n\r\n',
      'a size beyond all measure': 'ffffffffffffffffff\r\n{}\r\n0\r\n\r\n',
      'more than its size says': '2\r\n{"a":1}\r\n0\r\n\r\n',
      'a bare line feed': '2\n{}\n0\n\n',
    };
    for (const [what, body] of Object.entries(chunks)) {
      it(`[H34] is refused: a chunk with ${what}`, async () => {
        await refused(requestText('POST /customers/', [...POST, 'Transfer-Encoding: chunked'], body));
      });
    }

    it('[H34] costs nothing where the client leaves in its middle', async () => {
      await raw(served.port, (socket) => {
        socket.write(requestText('POST /customers/', [...POST, 'Content-Length: 1000'], '{"element":'));
        setTimeout(() => socket.destroy(), 20);
      }).catch(() => undefined);
      const list = await raw(served.port, requestText('GET /customers/'));
      assert.deepEqual(JSON.parse(list.text).entities, []);
      assert.deepEqual(served.errors, []);
    });
  });

  describe('what cannot be read after a request that can', () => {
    it('[H34] is refused after that request is answered', async () => {
      const answer = await send(requestText('GET /customers/', ['Connection: keep-alive']) + 'hello\r\n\r\n');
      assert.deepEqual(answer.all.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 400']);
    });
  });

  describe('what is no HTTP', () => {
    const texts = [
      'hello\r\n\r\n',
      'GET\r\n\r\n',
      'GET / HTTP/9.9\r\nHost: a\r\n\r\n',
      'GET / HTTP/1.1\r\nHost : a\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\nB\u0000: c\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n',
      '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
    ];
    for (const text of texts) {
      it(`[H34] is refused: ${JSON.stringify(text)}`, async () => {
        await refused(text);
      });
    }
  });
});

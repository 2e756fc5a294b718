import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { Transform } from 'node:stream';
import { brotliCompressSync, createBrotliCompress, createGzip, deflateSync, gzipSync } from 'node:zlib';
import { assertProblem } from './problems.js';
import { raw, requestText } from './raw.js';
import type { RawResponse } from './raw.js';
import { serving } from './serve.js';
import { ADA, entity, shop } from './shop.js';

const MEGABYTE = 1_048_576;
const ADA_BYTES = Buffer.from(JSON.stringify(entity(ADA)));
const JSON_TYPE = 'Content-Type: application/json';

const document = (length: number) => {
  const text = JSON.stringify(entity({ ...ADA, nickname: '' }));
  return text.replace('"nickname":""', `"nickname":"${'x'.repeat(length - text.length)}"`);
};

/** Sends chunks for as long as the server takes them, and says how many bytes those were. */
async function sendWithoutEnd(socket: Socket, chunk: Buffer, most: number): Promise<number> {
  const framed = Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);
  let sent = 0;
  while (sent < most && socket.writable) {
    sent += chunk.length;
    await new Promise<void>((resolve) => {
      socket.once('close', resolve);
      socket.write(framed, () => {
        socket.off('close', resolve);
        resolve();
      });
    });
  }
  return sent;
}

describe('the size of a body', () => {
  const serve = serving();

  it('[H9] over the limit is refused before a byte of it is read', async () => {
    const { port } = await serve(shop());
    // Nothing follows the header: whoever waited for the body would not answer.
    const answer = await raw(
      port,
      requestText('POST /customers/', [JSON_TYPE, `Content-Length: ${MEGABYTE + 1}`]),
    );
    assert.match(assertProblem(answer, 413, 'content-too-large').detail ?? '', /1048576 bytes/);
  });

  it('[H9] over any safe integer is refused as well', async () => {
    const { port } = await serve(shop());
    const answer = await raw(
      port,
      requestText('POST /customers/', [JSON_TYPE, 'Content-Length: 99999999999999999']),
    );
    assertProblem(answer, 413, 'content-too-large');
  });

  it('[H9] at the limit is read, one over it is not', async () => {
    const { port } = await serve(shop({ bodyLimit: 1000 }));
    const post = (body: string) =>
      raw(port, requestText('POST /customers/', [JSON_TYPE, `Content-Length: ${body.length}`], body));
    assert.equal((await post(document(1000))).status, 201);
    assertProblem(await post(document(1001)), 413, 'content-too-large');
  });

  it('[H9] has the same limit for every kind of resource', async () => {
    const { port } = await serve(shop({ bodyLimit: 1000 }));
    await raw(
      port,
      requestText('POST /customers/', [JSON_TYPE, `Content-Length: ${ADA_BYTES.length}`], String(ADA_BYTES)),
    );
    for (const line of [
      'PUT /customers/1/',
      'PATCH /customers/1/',
      'PUT /customers/1/name',
      'PUT /customers/settings',
    ]) {
      assertProblem(
        await raw(port, requestText(line, [JSON_TYPE, 'Content-Length: 1001'])),
        413,
        'content-too-large',
      );
    }
  });

  it('[H9] over the limit leaves the connection usable once the body has been let pass', async () => {
    const { port } = await serve(shop({ bodyLimit: 100 }));
    const first = requestText(
      'POST /customers/',
      [JSON_TYPE, 'Content-Length: 101', 'Connection: keep-alive'],
      'x'.repeat(101),
    );
    const { all } = await raw(port, first + requestText('GET /customers/'), { untilClose: true });
    assert.deepEqual(
      [...all.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
      ['413', '200'],
    );
  });

  it('[H10] that comes in chunks is refused in mid-stream', async () => {
    const { port } = await serve(shop());
    let sending: Promise<number> | undefined;
    const answer = await raw(port, (socket) => {
      socket.write(
        requestText('POST /customers/', [JSON_TYPE, 'Transfer-Encoding: chunked', 'Connection: keep-alive']),
      );
      sending = sendWithoutEnd(socket, Buffer.alloc(65_536, '"'), 256 * MEGABYTE);
    });
    assertProblem(answer, 413, 'content-too-large');
    // What was under way in the buffers of both sides when the limit was passed.
    assert.ok(((await sending) ?? Infinity) < 64 * MEGABYTE);
  });

  it('[H10] that never ends has its client cut off, and costs no memory', async () => {
    const { port } = await serve(shop());
    const before = process.memoryUsage().rss;
    let sending: Promise<number> | undefined;
    const answer = await raw(
      port,
      (socket) => {
        socket.write(
          requestText('POST /customers/', [
            JSON_TYPE,
            'Transfer-Encoding: chunked',
            'Connection: keep-alive',
          ]),
        );
        sending = sendWithoutEnd(socket, Buffer.alloc(65_536, '"'), Infinity);
      },
      { untilClose: true },
    );
    assertProblem(answer, 413, 'content-too-large');
    assert.equal(answer.closed, true);
    assert.ok(((await sending) ?? 0) > MEGABYTE);
    assert.ok(process.memoryUsage().rss - before < 256 * MEGABYTE);
  });

  it('[H10] that is refused lets other requests be answered meanwhile', async () => {
    const { port } = await serve(shop());
    let finish = (): void => assert.fail('the body was never begun');
    const slow = raw(port, (socket) => {
      socket.write(requestText('POST /customers/', [JSON_TYPE, 'Transfer-Encoding: chunked']));
      socket.write('10\r\n{"element":"shoj\r\n');
      finish = () => void socket.write('0\r\n\r\n');
    });
    assert.equal((await raw(port, requestText('GET /customers/'))).status, 200);
    finish();
    assertProblem(await slow, 400, 'malformed-json');
  });
});

describe('the coding of a body', () => {
  const serve = serving();

  const post = (port: number, coding: string, bytes: Buffer): Promise<RawResponse> =>
    raw(port, (socket) => {
      socket.write(
        requestText('POST /customers/', [
          JSON_TYPE,
          `Content-Encoding: ${coding}`,
          `Content-Length: ${bytes.length}`,
        ]),
      );
      socket.write(bytes);
    });

  const codings: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
    gzip: gzipSync,
    'x-gzip': gzipSync,
    GZIP: gzipSync,
    deflate: deflateSync,
    br: brotliCompressSync,
    identity: (bytes) => bytes,
  };
  for (const [coding, encode] of Object.entries(codings)) {
    it(`[H15] ${coding} is understood`, async () => {
      const { port } = await serve(shop());
      const answer = await post(port, coding, encode(ADA_BYTES));
      assert.equal(answer.status, 201, answer.text);
      assert.equal(JSON.parse(answer.text).body.name, 'Ada');
    });
  }

  for (const coding of ['zstd', 'compress', 'gzip, gzip', 'toString', '__proto__']) {
    it(`[H15] ${coding} is refused`, async () => {
      const { port } = await serve(shop());
      const answer = await post(port, coding, ADA_BYTES);
      assertProblem(answer, 415, 'unsupported-encoding');
      assert.equal(answer.headers['accept-encoding'], 'gzip, deflate, br');
    });
  }

  const broken = (bytes: Buffer) =>
    Buffer.concat([bytes.subarray(0, 12), Buffer.from([bytes[12]! ^ 0xff]), bytes.subarray(13)]);
  const corrupt: Readonly<Record<string, readonly [string, Buffer]>> = {
    'no gzip at all': ['gzip', ADA_BYTES],
    'gzip with a wrong byte': ['gzip', broken(gzipSync(ADA_BYTES))],
    'gzip cut short': ['gzip', gzipSync(ADA_BYTES).subarray(0, -9)],
    'gzip without its checksum': ['gzip', gzipSync(ADA_BYTES).subarray(0, -8)],
    'no deflate at all': ['deflate', ADA_BYTES],
    'no brotli at all': ['br', ADA_BYTES],
    'brotli cut short': ['br', brotliCompressSync(ADA_BYTES).subarray(0, -3)],
  };
  for (const [what, [coding, bytes]] of Object.entries(corrupt)) {
    it(`[H15] ${what} cannot be decoded`, async () => {
      const { port } = await serve(shop());
      assertProblem(await post(port, coding, bytes), 400, 'bad-encoding');
      assert.equal((await raw(port, requestText('GET /customers/1/'))).status, 404);
    });
  }

  it('[H15] leaves what was packed to be JSON and UTF-8 as any body', async () => {
    const { port } = await serve(shop());
    assertProblem(await post(port, 'gzip', gzipSync('{')), 400, 'malformed-json');
    assertProblem(await post(port, 'br', brotliCompressSync('')), 400, 'empty-body');
    assertProblem(
      await post(port, 'deflate', deflateSync(Buffer.from([0x22, 0xff, 0x22]))),
      400,
      'invalid-utf8',
    );
  });

  const bombs: Readonly<Record<string, () => Transform>> = { gzip: createGzip, br: createBrotliCompress };
  for (const [coding, packer] of Object.entries(bombs)) {
    it(`[H15] 1 GiB of zeros as ${coding} is refused as soon as it is over the limit`, async () => {
      const { port } = await serve(shop());
      const before = process.memoryUsage().rss;
      let unpacked = 0;
      const zeros = function* () {
        for (; unpacked < 1024 * MEGABYTE; unpacked += MEGABYTE) yield Buffer.alloc(MEGABYTE);
      };
      const answer = await raw(
        port,
        (socket) => {
          socket.write(
            requestText('POST /customers/', [
              JSON_TYPE,
              `Content-Encoding: ${coding}`,
              'Transfer-Encoding: chunked',
            ]),
          );
          const packed = Readable.from(zeros()).pipe(packer());
          packed.on('data', (chunk: Buffer) => {
            if (!socket.writable) packed.destroy();
            else
              socket.write(
                Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
              );
          });
          packed.on('end', () => socket.write('0\r\n\r\n'));
        },
        { timeout: 15_000 },
      );
      assertProblem(answer, 413, 'content-too-large');
      assert.ok(process.memoryUsage().rss - before < 256 * MEGABYTE);
    });
  }

  it('[H15] a short body that unpacks to 1 GiB is refused too', async function () {
    const { port } = await serve(shop());
    const before = process.memoryUsage().rss;
    const gigabyte = gzipOfZeros(64);
    assertProblem(await post(port, 'gzip', gigabyte), 413, 'content-too-large');
    assert.ok(process.memoryUsage().rss - before < 256 * MEGABYTE);
  });

  it('[H15] packed bytes without end that unpack to nothing are refused as well', async () => {
    const { port } = await serve(shop());
    const nothing = Buffer.concat(Array.from({ length: 2000 }, () => gzipSync('')));
    const answer = await raw(port, (socket) => {
      socket.write(
        requestText('POST /customers/', [JSON_TYPE, 'Content-Encoding: gzip', 'Transfer-Encoding: chunked']),
      );
      void sendWithoutEnd(socket, nothing, 64 * MEGABYTE);
    });
    assertProblem(answer, 413, 'content-too-large');
  });
});

/** Members of a gzip file follow each other, so that one of 16 MiB can be repeated. */
function gzipOfZeros(times: number): Buffer {
  const member = gzipSync(Buffer.alloc(16 * MEGABYTE));
  return Buffer.concat(Array.from({ length: times }, () => member));
}

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { IncomingMessage, ServerResponse } from 'node:http';
import { connect, createServer } from 'node:http2';
import type { ClientHttp2Session, Http2Server, OutgoingHttpHeaders } from 'node:http2';
import { Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Readable, Writable } from 'node:stream';
import Koa from 'koa';
import { requestLog } from '../../lib/index.js';
import type { Api, ApiListener, Logger } from '../../lib/index.js';
import { assertProblem } from './problems.js';
import type { Answered } from './problems.js';
import { ADA, entity, shop } from './shop.js';

const ADA_TEXT = JSON.stringify(entity(ADA));
const JSON_TYPE = { 'content-type': 'application/json' };

/** What of the server failed. */
type Failures = Error[];

const WAYS: Readonly<Record<string, (api: Api, failures: Failures) => ApiListener>> = {
  Koa: (api, failures) => {
    const app = new Koa().use(api.routes());
    app.on('error', (error: Error) => failures.push(error));
    const callback = app.callback();
    return (req, res) => void callback(req, res);
  },
  'listener()': (api, failures) => api.listener({ onError: (error) => failures.push(error) }),
};

/** What is asked everywhere: the method, the target, a body, and the status of the answer. */
const METHODS = [
  ['POST', '/customers/', ADA_TEXT, 201],
  ['POST', '/customers/', '', 400],
  ['GET', '/customers/', undefined, 200],
  ['HEAD', '/customers/1/', undefined, 200],
  ['PUT', '/customers/1/', ADA_TEXT, 200],
  ['PATCH', '/customers/1/', JSON.stringify(entity({ visits: 4 })), 200],
  ['OPTIONS', '/customers/1/', undefined, 204],
  ['GET', '/customers/1/visits', undefined, 200],
  ['GET', '/customers', undefined, 301],
  ['GET', '/nowhere', undefined, 404],
  ['BREW', '/customers/', undefined, 501],
  ['DELETE', '/customers/1/', undefined, 204],
] as const;

for (const [way, listenerOf] of Object.entries(WAYS)) {
  describe(`[H39] over HTTP/2, by ${way}`, () => {
    let api: Api;
    let server: Http2Server;
    let session: ClientHttp2Session;
    let failures: Failures;

    beforeEach(async () => {
      failures = [];
      api = shop({ bodyLimit: 1000 });
      server = createServer(listenerOf(api, failures)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });

    afterEach(async () => {
      session.destroy();
      server.close();
      await api.stop();
    });

    async function ask(
      headers: OutgoingHttpHeaders,
      body?: string,
      end = true,
    ): Promise<Answered & { readonly code: number | undefined }> {
      const stream = session.request(headers, { endStream: body === undefined });
      if (body !== undefined) stream.write(body);
      if (body !== undefined && end) stream.end();
      let text = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      const [fields] = (await once(stream, 'response')) as [Answered['headers'] & { ':status': number }];
      if (!stream.closed) await once(stream, 'close');
      return { status: fields[':status'], headers: fields, text, code: stream.rstCode };
    }

    it('[H39] every method is answered', async () => {
      for (const [method, path, body, status] of METHODS) {
        const type = body === undefined ? {} : JSON_TYPE;
        const answer = await ask({ ':method': method, ':path': path, ...type }, body);
        assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
        assert.equal(answer.text === '', method === 'HEAD' || status === 204 || status === 301);
      }
      assert.deepEqual(failures, []);
    });

    it('[H39] [H18] a document with an absolute self is of the authority that it was sent to', async () => {
      const put = { ':method': 'PUT', ':path': '/customers/1/', ':authority': 'shop.example', ...JSON_TYPE };
      const whose = (host: string) => JSON.stringify({ ...entity(ADA), self: `http://${host}/customers/1/` });
      const made = await ask({ ':method': 'POST', ':path': '/customers/', ...JSON_TYPE }, ADA_TEXT);
      assert.equal(made.status, 201);
      assert.equal((await ask(put, whose('shop.example'))).status, 200);
      assertProblem(await ask(put, whose('evil.example')), 409, 'self-mismatch');
    });

    it('[H39] a body needs no Content-Length', async () => {
      const post = { ':method': 'POST', ':path': '/customers/' };
      assert.equal((await ask({ ...post, ...JSON_TYPE }, ADA_TEXT)).status, 201);
      const length = { 'content-length': String(ADA_TEXT.length) };
      assert.equal((await ask({ ...post, ...JSON_TYPE, ...length }, ADA_TEXT)).status, 201);
      assertProblem(await ask({ ...post, 'content-type': 'a/b' }, ADA_TEXT), 415, 'unsupported-media-type');
      assertProblem(await ask(post), 400, 'empty-body');
    });

    it('[H55] an Idempotency-Key is one', async () => {
      const post = { ':method': 'POST', ':path': '/customers/', ...JSON_TYPE };
      const [first, again] = [
        await ask({ ...post, 'idempotency-key': '"a"' }, ADA_TEXT),
        await ask({ ...post, 'idempotency-key': '"a"' }, ADA_TEXT),
      ];
      assert.deepEqual([first.status, again.status], [201, 201]);
      assert.equal(again.headers['location'], first.headers['location']);
      assertProblem(
        await ask({ ...post, 'idempotency-key': ['"a"', '"b"'] }, ADA_TEXT),
        400,
        'bad-idempotency-key',
      );
    });

    it('[H26] the authority is the host, and may not differ from it', async () => {
      const get = { ':path': '/', ':authority': 'api.example' };
      assert.equal((await ask(get)).status, 200);
      assert.equal((await ask({ ...get, host: 'api.example' })).status, 200);
      assertProblem(await ask({ ...get, host: 'elsewhere.example' }), 400, 'bad-host');
      assertProblem(await ask({ ':path': '/', host: 'user@api.example' }), 400, 'bad-host');
    });

    it('[H23] 200 fields are read, and no more', async () => {
      const fields = (count: number) =>
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, 'a']));
      assert.equal((await ask({ ':path': '/', ...fields(120) })).status, 200);
    });

    it('[H58] the stream of a request that was answered early ends soon, and no other', async () => {
      const post = { ':method': 'POST', ':path': '/customers/', ...JSON_TYPE };
      const early = ask(post, 'x'.repeat(1001), false);
      assert.equal((await ask(post, ADA_TEXT)).status, 201);
      const answer = await early;
      assertProblem(answer, 413, 'content-too-large');
      assert.equal(answer.code, 0);
      assert.equal((await ask({ ':path': '/customers/1/' })).status, 200);
    });
  });

  describe(`[H39] a request that was injected, by ${way}`, () => {
    /** What of a request differs from one host to another. */
    type Given = Partial<Record<keyof IncomingMessage, unknown>>;

    /** Injects a request that was made by hand, and gathers what is answered. */
    async function inject(listener: ApiListener, req: Readable, given: Given): Promise<Answered> {
      const message = Object.assign(req, given) as unknown as IncomingMessage;
      const res = new ServerResponse(message);
      const sent: Buffer[] = [];
      const wire = new Writable({
        write(chunk: Buffer, _, done) {
          sent.push(chunk);
          done();
        },
      });
      res.assignSocket(wire as Socket);
      const finished = once(res, 'finish');
      listener(message, res);
      await finished;
      const text = Buffer.concat(sent).toString();
      const headers = res.getHeaders() as Answered['headers'];
      return { status: res.statusCode, headers, text: text.slice(text.indexOf('\r\n\r\n') + 4) };
    }

    const hosts: Readonly<Record<string, (body: string, length: boolean) => [Readable, Given]>> = {
      'as an IncomingMessage': (body, length) => {
        const message = new IncomingMessage(new Socket());
        message.push(body);
        message.push(null);
        const headers = {
          ...JSON_TYPE,
          host: 'test',
          ...(length && { 'content-length': String(body.length) }),
        };
        return [message, { headers }];
      },
      'as a stream without a socket': (body, length) => [
        Readable.from(body === '' ? [] : [Buffer.from(body)]),
        { headers: { ...JSON_TYPE, ...(length && { 'content-length': String(body.length) }) } },
      ],
    };
    for (const [host, make] of Object.entries(hosts)) {
      for (const length of [true, false]) {
        it(`[H39] ${host}, ${length ? 'with' : 'without'} Content-Length, is answered whatever its method`, async () => {
          const failures: Failures = [];
          const api = shop();
          const listener = listenerOf(api, failures);
          for (const [method, url, body, status] of METHODS) {
            const [req, given] = make(body ?? '', length);
            const answer = await inject(listener, req, { ...given, method, url });
            assert.equal(answer.status, status, `${method} ${url}: ${answer.text}`);
          }
          const [req, given] = make('x'.repeat(2_000_000), length);
          const large = await inject(listener, req, { ...given, method: 'POST', url: '/customers/' });
          assert.equal(large.status, 413);
          assert.deepEqual(failures, []);
          await api.stop();
        });
      }
    }
  });
}

describe('requestLog()', () => {
  it('[H39] says nothing of bytes where they are not known, as over HTTP/2', async () => {
    const lines: object[] = [];
    const log = (line: object) => void lines.push(line);
    const logger: Logger = { debug: log, info: log, error: log, child: () => logger };
    const callback = new Koa().use(requestLog(logger)).use(shop().routes()).callback();
    const server = createServer((req, res) => void callback(req, res)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await once(session.request({ ':path': '/' }).resume(), 'close');
    session.destroy();
    server.close();
    assert.deepEqual(
      lines.map((line) => 'bytes' in line),
      [false],
    );
  });
});

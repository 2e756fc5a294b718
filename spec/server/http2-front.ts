import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import type { IncomingHttpHeaders as Http2Fields } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type Koa from 'koa';

/** Fields of one connection, which HTTP/2 has no place for (RFC 9113, section 8.2.2). */
const HOP_BY_HOP = new Set([
  'connection',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'expect',
  'te',
]);

/**
 * Serves an application over HTTP/2, with a server of HTTP/1.1 in front that hands everything on to it: what tests
 * ask for in HTTP/1.1 reaches the application as requests of HTTP/2. Closing it closes both.
 */
export async function http2Behind(app: Koa): Promise<Server> {
  const callback = app.callback();
  const behind = createHttp2Server((req, res) => void callback(req, res)).listen(0, '127.0.0.1');
  await once(behind, 'listening');
  const session = connect(`http://127.0.0.1:${(behind.address() as AddressInfo).port}`);
  session.on('error', () => undefined);
  const front = createServer((req, res) => {
    const stream = session.request({
      ...handedOn(req.headers),
      ':method': req.method,
      ':path': req.url,
      ':authority': req.headers.host ?? 'test',
    });
    stream.on('response', (fields: Http2Fields) => {
      res.writeHead(Number(fields[':status']), answerFields(fields));
      res.flushHeaders();
      stream.pipe(res);
    });
    stream.on('error', () => res.destroy());
    stream.on('close', () => {
      if (stream.rstCode !== 0) res.destroy();
    });
    res.on('close', () => {
      if (!res.writableFinished) stream.close(8);
    });
    req.pipe(stream);
  });
  front.on('close', () => {
    session.destroy();
    behind.close();
  });
  return front;
}

function handedOn(fields: IncomingHttpHeaders): Http2Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !HOP_BY_HOP.has(name)));
}

function answerFields(fields: Http2Fields): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !name.startsWith(':')));
}

import type { IncomingMessage } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { isUtf8, readContentType } from '../http/media-types.js';
import { ProblemError } from '../http/problem.js';
import type { ProblemName } from '../http/problem.js';
import { decodeUtf8 } from '../protocol/json/utf8.js';
import { readJson } from '../protocol/json/read.js';
import type { JsonFault } from '../protocol/json/read.js';
import { quote } from '../protocol/format-value.js';

/** What a request may carry. */
export interface BodyLimits {
  /** Most bytes that a body may have, both as sent and once decoded. */
  readonly bytes: number;
  /** The media types that are taken. */
  readonly types: readonly string[];
  /** Name of the header field that says so: `Accept-Post`, `Accept-Patch` or `Accept`. */
  readonly acceptField: string;
}

/** What a request carried. */
export interface Received {
  /** Its media type, in lower case. */
  readonly type: string;
  /** Its JSON value. */
  readonly value: unknown;
}

const DECODERS: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** The content codings that a body may have. */
const CODINGS = 'gzip, deflate, br';

const PROBLEM_OF_FAULT: Readonly<Record<JsonFault['rule'], ProblemName>> = {
  empty: 'empty-body',
  'malformed-json': 'malformed-json',
  'duplicate-name': 'duplicate-name',
  'forbidden-name': 'forbidden-name',
  'too-deep': 'too-deep',
  'number-range': 'number-range',
  'lone-surrogate': 'forbidden-character',
  'null-character': 'forbidden-character',
};

/**
 * Reads the JSON value that a request carries.
 *
 * @throws {ProblemError} 400, 413 or 415, with the pointer or the line and column of what is wrong
 */
export async function readBody(req: IncomingMessage, limits: BodyLimits): Promise<Received> {
  const { headers } = req;
  const length = Number(headers['content-length'] ?? 0);
  const announced = length > 0 || headers['transfer-encoding'] !== undefined || isOpenStream(req);
  let bytes: Buffer | undefined;
  if (!announced) {
    if (headers['content-length'] !== undefined || req.readableDidRead) throw new ProblemError('empty-body');
    // A request that was injected has to be read to tell whether it has a body.
    bytes = await collect(req, decoderFor(headers['content-encoding']), limits.bytes);
    if (bytes.length === 0) throw new ProblemError('empty-body');
  }
  const type = requireType(headers['content-type'], limits);
  if (bytes === undefined) {
    const decoder = decoderFor(headers['content-encoding']);
    // Known to be too long, it is refused before a byte of it is read.
    if (length > limits.bytes) {
      // What of it has come already is let pass: where that is all, the connection can go on.
      await setImmediate();
      throw tooLarge(limits.bytes);
    }
    if (req.readableDidRead) throw touched('read');
    if (req.destroyed) throw incomplete();
    bytes = await collect(req, decoder, limits.bytes);
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new ProblemError('invalid-utf8');
  // The first fault is what the answer tells of.
  const { value, faults } = readJson(text, { limit: 1 });
  const [fault] = faults;
  if (fault !== undefined) throw faulty(fault);
  return { type, value };
}

/** HTTP/2 needs neither a length nor a transfer coding to say that a body follows. */
function isOpenStream(req: IncomingMessage): boolean {
  const { stream } = req as { readonly stream?: Partial<ServerHttp2Stream> };
  return stream?.endAfterHeaders === false;
}

/** What a body parser leaves is not what JSON is read from here, which is stricter: its result is of no use. */
function touched(how: string): TypeError {
  return new TypeError(
    `the body was ${how} already, by other middleware: use api.routes() or api.listener() before a body parser such as koa-bodyparser or express.json(), or have it leave the paths of the API alone`,
  );
}

function requireType(header: string | undefined, limits: BodyLimits): string {
  const contentType = readContentType(header);
  if (contentType === undefined || !limits.types.includes(contentType.type)) {
    const found = header === undefined ? 'none' : quote(header);
    const detail = `The Content-Type of the body is ${found}; send one of ${limits.types.join(', ')}.`;
    throw unsupported(detail, limits);
  }
  if (!isUtf8(contentType.charset)) {
    const detail = `The charset of the body is ${quote(contentType.charset ?? '')}; send UTF-8.`;
    throw unsupported(detail, limits);
  }
  return contentType.type;
}

function unsupported(detail: string, { types, acceptField }: BodyLimits): ProblemError {
  return new ProblemError('unsupported-media-type', { detail, headers: { [acceptField]: types.join(', ') } });
}

function decoderFor(header: string | undefined): (() => NodeJS.ReadWriteStream & Readable) | undefined {
  const coding = (header ?? 'identity').trim().toLowerCase();
  if (coding === 'identity' || coding === '') return undefined;
  const decoder = Object.hasOwn(DECODERS, coding) ? DECODERS[coding] : undefined;
  if (decoder !== undefined) return decoder;
  throw new ProblemError('unsupported-encoding', {
    detail: `The Content-Encoding of the body is ${quote(coding)}; send one of ${CODINGS}, or none.`,
    headers: { 'Accept-Encoding': CODINGS },
  });
}

/** Gathers what the stream carries, decoded; holds no more than the limit and one chunk in memory. */
function collect(
  req: IncomingMessage,
  decoder: (() => NodeJS.ReadWriteStream & Readable) | undefined,
  limit: number,
): Promise<Buffer> {
  // Characters are not the bytes that came: what is no UTF-8 has been replaced in them.
  if (req.readableEncoding != null) throw touched('decoded by setEncoding()');
  return new Promise((resolve, reject) => {
    const decoded = decoder?.();
    const source: Readable = decoded === undefined ? req : req.pipe(decoded);
    const chunks: Buffer[] = [];
    let received = 0;
    let size = 0;
    const finish = (settle: () => void) => {
      // What has ended gives no more data to anybody.
      if (!source.readableEnded) source.off('data', onData);
      if (decoded !== undefined) {
        req.off('data', onReceived);
        req.unpipe(decoded);
        decoded.destroy();
      }
      // What the client still sends is read and forgotten, so that it gets to read the answer.
      if (!req.readableEnded) req.resume();
      settle();
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) finish(() => reject(tooLarge(limit)));
      else chunks.push(chunk);
    };
    // Compressed bytes can go on without end and come to nothing, so that they count by themselves.
    const onReceived = (chunk: Buffer) => {
      received += chunk.length;
      if (received > limit) finish(() => reject(tooLarge(limit)));
    };
    source.on('data', onData);
    if (req.isPaused()) req.resume();
    if (decoded !== undefined) req.on('data', onReceived);
    source.once('end', () => finish(() => resolve(Buffer.concat(chunks))));
    decoded?.once('error', (cause) =>
      finish(() =>
        reject(
          new ProblemError('bad-encoding', {
            detail: 'The body is not what its Content-Encoding says.',
            cause,
          }),
        ),
      ),
    );
    const onGone = () => finish(() => reject(incomplete()));
    req.once('error', onGone);
    req.once('close', () => req.complete || onGone());
  });
}

function incomplete(): ProblemError {
  return new ProblemError('bad-request', { detail: 'The body ended before it was complete.' });
}

function tooLarge(limit: number): ProblemError {
  return new ProblemError('content-too-large', { detail: `The body is larger than ${limit} bytes.` });
}

function faulty({ rule, pointer, line, column, message }: JsonFault): ProblemError {
  const type = PROBLEM_OF_FAULT[rule];
  if (rule === 'empty') return new ProblemError(type);
  return new ProblemError(type, {
    detail: `Line ${line}, column ${column}: ${message}`,
    ...(rule !== 'malformed-json' && { errors: [{ pointer, message, rule }] }),
  });
}

// Reads what a request carries: its bytes, the JSON value, and the Shoji document.
import type { IncomingMessage } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { isUtf8, readContentType } from '../http/media-types.js';
import { firstErrors, MAX_ERRORS, ProblemError } from '../http/problem.js';
import type { ErrorDetail, ProblemName } from '../http/problem.js';
import { shortenPointer, formatValue, quote } from '../protocol/format-value.js';
import { normaliseIri } from '../protocol/iri/normalise.js';
import { resolveIri } from '../protocol/iri/resolve-iri.js';
import { decodeUtf8, readJson } from '../protocol/json/read.js';
import type { JsonFault } from '../protocol/json/read.js';
import { validate } from '../protocol/validate.js';
import type { EntityNode, ResourceNode } from '../declaration/nodes.js';
import { ACCEPTED_TYPES, ACCEPT_FIELDS } from './negotiate.js';
import type { BodyMethod } from './negotiate.js';
import { MAX_TARGET_LENGTH } from './http-message.js';
import type { RequestContext } from './request-context.js';
import { isObject } from '../protocol/json/values.js';

/** The JSON value that a request carried. */
export interface RequestBody {
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
export async function readBody({ api, node, http }: RequestContext): Promise<RequestBody> {
  const { req, method } = http;
  const { headers } = req;
  const limit = api.bodyLimit;
  const length = Number(headers['content-length'] ?? 0);
  const announced = length > 0 || headers['transfer-encoding'] !== undefined || isOpenStream(req);
  let bytes: Buffer | undefined;
  if (!announced) {
    if (headers['content-length'] !== undefined || req.readableDidRead) throw new ProblemError('empty-body');
    // A request that was injected has to be read to tell whether it has a body.
    bytes = await collect(req, decoderFor(headers['content-encoding']), limit);
    if (bytes.length === 0) throw new ProblemError('empty-body');
  }
  const type = requireType(headers['content-type'], node, method as BodyMethod);
  if (bytes === undefined) {
    const decoder = decoderFor(headers['content-encoding']);
    // Known to be too long, it is refused before a byte of it is read.
    if (length > limit) {
      // What of it has come already is let pass: where that is all, the connection can go on.
      await setImmediate();
      throw tooLarge(limit);
    }
    if (req.readableDidRead) throw bodyTaken('read');
    if (req.destroyed) throw incomplete();
    bytes = await collect(req, decoder, limit);
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

/** The error of a body that a parser has read: JSON is read more strictly here, so that its result is of no use. */
function bodyTaken(how: string): TypeError {
  return new TypeError(
    `the body was ${how} already, by other middleware: use api.routes() or api.listener() before a body parser such as koa-bodyparser or express.json(), or have it leave the paths of the API alone`,
  );
}

function requireType(header: string | undefined, node: ResourceNode, method: BodyMethod): string {
  const types = ACCEPTED_TYPES[node.kind][method];
  const contentType = readContentType(header);
  if (contentType === undefined || !types.includes(contentType.type)) {
    const found = header === undefined ? 'none' : quote(header);
    throw unsupported(
      `The Content-Type of the body is ${found}; send one of ${types.join(', ')}.`,
      types,
      method,
    );
  }
  if (!isUtf8(contentType.charset)) {
    const found = quote(contentType.charset ?? '');
    throw unsupported(`The charset of the body is ${found}; send UTF-8.`, types, method);
  }
  return contentType.type;
}

/** The 415, which says what is taken (RFC 9110, section 15.5.16). */
function unsupported(detail: string, types: readonly string[], method: BodyMethod): ProblemError {
  const headers = { [ACCEPT_FIELDS[method]]: types.join(', ') };
  return new ProblemError('unsupported-media-type', { detail, headers });
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
  if (req.readableEncoding != null) throw bodyTaken('decoded by setEncoding()');
  return new Promise((resolve, reject) => {
    const decoded = decoder?.();
    const source: Readable = decoded === undefined ? req : req.pipe(decoded);
    const chunks: Buffer[] = [];
    let received = 0;
    let size = 0;
    const finish = (settle: () => void) => {
      // What has ended gives no more data.
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

/** The `body` of an entity document, before its schema has seen it. */
export type EntityBody = Readonly<Record<string, unknown>>;

/**
 * The `body` of an entity document that a request carried.
 *
 * @throws {ProblemError} 409 self-mismatch, or 422
 */
export function requireEntityBody(sent: unknown, request: RequestContext): EntityBody {
  return requireDocument(sent, 'shoji:entity', '"body": {…}', request)['body'] as EntityBody;
}

/**
 * The Shoji document that a request carried.
 *
 * @param element - which one is wanted
 * @param example - what else is in such a document
 * @throws {ProblemError} 409 self-mismatch, or 422
 */
export function requireDocument(
  sent: unknown,
  element: string,
  example: string,
  request: RequestContext,
): Readonly<Record<string, unknown>> {
  if (!isObject(sent)) {
    const found = Array.isArray(sent) ? 'an array' : sent === null ? 'null' : `a ${typeof sent}`;
    throw new ProblemError('not-a-document', {
      detail: `A document is wanted, such as {"element": "${element}", ${example}}; found ${found}.`,
    });
  }
  const errors = documentErrors(sent, element);
  if (errors.length > 0) throw invalidDocument(errors);
  if (typeof sent['self'] === 'string') requireSelf(sent['self'], request);
  return sent;
}

/**
 * The 422 of a document.
 *
 * @param errors - at least one
 */
export function invalidDocument(errors: readonly ErrorDetail[]): ProblemError {
  const [first] = errors;
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : '';
  const place = first?.pointer === '' ? 'The document' : shortenPointer(first?.pointer ?? '');
  return new ProblemError('invalid-document', { detail: `${place}: ${first?.message}${more}.`, errors });
}

function documentErrors(
  document: Readonly<Record<string, unknown>>,
  element: string,
): readonly ErrorDetail[] {
  if (document['element'] !== element) {
    const found = formatValue(document['element']);
    return [{ pointer: '/element', message: `must be "${element}"; found ${found}`, rule: 'element' }];
  }
  const validation = validate(document, { role: 'request', maxErrors: MAX_ERRORS });
  // What changes by index must be is said where they are read: there it is known to which entities they lead.
  const findings = validation.findings.filter(({ pointer }) => !/^\/(?:index|etags)(?:\/|$)/.test(pointer));
  if (findings.length === 0) return [];
  return firstErrors(findings.map(({ pointer, message, rule }) => ({ pointer, message, rule })));
}

/** Longer than any way to write a target that is read: it need not be resolved. */
export const MAX_SELF_LENGTH: number = 4 * MAX_TARGET_LENGTH;

/** A document that says it is of another resource was meant for that one. */
function requireSelf(self: string, request: RequestContext): void {
  const target = request.api.base + request.path;
  const found = self.length <= MAX_SELF_LENGTH ? resolveReference(self, target, request) : undefined;
  if (found === resolveReference(target, target, request)) return;
  const elsewhere =
    request.api.base === '' && found?.includes('//') === true ? ' of the host that it names' : '';
  throw new ProblemError('self-mismatch', {
    detail: `The self of the document is ${formatValue(self)}, but the request is for ${JSON.stringify(target)}${elsewhere}.`,
  });
}

/**
 * Resolves a reference, and writes what it leads to in one spelling.
 *
 * Without a base the server does not know its own authority. The one that the client has sent the request to is its
 * own for that client, and is left away; any other is another server's.
 *
 * @param from - what it is resolved against: an IRI below the base of the API
 */
export function resolveReference(
  reference: string,
  from: string,
  { api: { base }, http: { req } }: RequestContext,
): string {
  const resolved = normaliseIri(resolveIri(reference, from));
  if (base !== '' && resolved.startsWith(`${base}/`)) return resolved;
  const [origin, scheme = 'http:', authority = ''] = ORIGIN.exec(resolved) ?? [];
  if (origin === undefined || authority.includes('@')) return resolved;
  const host = hostOf(scheme, authority);
  if (host === undefined) return resolved;
  const rest = resolved.slice(origin.length);
  if (base !== '') return `${scheme}//${host}${rest}`;
  return host === hostOf(scheme, authorityOf(req)) ? rest : resolved;
}

const ORIGIN = /^(https?:)?\/\/([^/?#]*)/;

/** Host and port in one spelling: in lower case and in ASCII, without the port that the scheme has by default. */
function hostOf(scheme: string, authority: string): string | undefined {
  const url = `${scheme}//${authority}`;
  return URL.canParse(url) ? new URL(url).host : undefined;
}

/**
 * The authority that the client has sent the request to, as it says.
 *
 * @see RFC 9112, section 3.2.2: that of a target in absolute-form counts before Host
 */
function authorityOf(req: IncomingMessage): string {
  const { originalUrl = req.url ?? '', headers } = req as IncomingMessage & { readonly originalUrl?: string };
  const [, authority] = /^https?:\/\/([^/?#]*)/i.exec(originalUrl) ?? [];
  return authority ?? headers.host ?? (headers[':authority'] as string | undefined) ?? '';
}

/**
 * The body of a new entity as it is to be made: what a client sent, and the defaults of what it lacks.
 *
 * @throws {ProblemError} 422, where that is not what the schema says
 */
export function requireNewBody({ body: schema }: EntityNode, body: EntityBody): EntityBody {
  const filled = schema.hasDefaults ? schema.filled(body) : body;
  const errors = schema.errors(body, '/body', filled);
  if (errors.length > 0) throw invalidDocument(errors);
  return filled;
}

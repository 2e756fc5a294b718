import { isDecodingError } from './decoding.js';
import { Fault } from './fault.js';

/** Most bytes that the header of an answer may have. */
export const MOST_HEADER_BYTES: number = 16 * 1024;

/**
 * Says of an error of a connection what it means.
 *
 * @param answering - whether the header of the answer had come
 */
export function faultOf(error: Error, answering: boolean): Fault {
  if (error instanceof Fault) return error;
  const code = 'code' in error ? String(error.code) : '';
  const options = { cause: error };
  if (code === 'HPE_HEADER_OVERFLOW') {
    const message = `the header of the answer has more than ${MOST_HEADER_BYTES} bytes; send fewer or shorter fields`;
    return new Fault('too-large', message, options);
  }
  if (BROKEN.has(code)) {
    const when = answering ? 'in the middle of the answer' : 'before an answer came';
    return new Fault('unreachable', `the connection was closed ${when}`, options);
  }
  if (code.startsWith('HPE_')) {
    const found = 'reason' in error ? String(error.reason) : error.message;
    return new Fault('bad-http', `what came is no HTTP/1.1 answer: ${found}`, options);
  }
  if (isDecodingError(error)) {
    const message = `the body is not what Content-Encoding says: ${error.message}`;
    return new Fault('bad-encoding', message, options);
  }
  const known = UNREACHABLE.get(code);
  return new Fault('unreachable', known ?? `no connection could be made: ${textOf(error)}`, options);
}

const BROKEN: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'HPE_INVALID_EOF_STATE',
]);

const UNREACHABLE: ReadonlyMap<string, string> = new Map([
  ['ENOTFOUND', 'the name of its host has no address; correct the name'],
  ['EAI_AGAIN', 'the name of its host could not be looked up; try again, or correct the name'],
  ['ECONNREFUSED', 'the connection was refused; start the server, or correct the port'],
]);

/** Where each address of a host failed in its own way, the error has no text but theirs. */
function textOf(error: Error): string {
  if (error instanceof AggregateError) return error.errors.map((each: Error) => each.message).join('; ');
  return error.message;
}

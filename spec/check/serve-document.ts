import type { Asked, Reply } from './bad-server.js';

export const isRead = ({ method }: Asked): boolean => method === 'GET' || method === 'HEAD';

/** Answers what is asked of a document or a value that can only be read, with nothing wrong. */
export function serveDocument(reply: Reply, asked: Asked, document: unknown): void {
  const { method, headers } = asked;
  const allow = 'GET, HEAD, OPTIONS';
  const etag = '"extra"';
  const vary = 'Accept';
  const refuse = (status: number) => {
    const body = JSON.stringify({ type: 'about:blank', title: 'Refused', status });
    Object.assign(reply, {
      status,
      headers: { 'content-type': 'application/problem+json', vary, allow },
      body,
    });
  };
  if (method === 'OPTIONS') Object.assign(reply, { status: 204, headers: { allow }, body: '' });
  else if (!isRead(asked)) refuse(405);
  else if (headers.accept === 'image/png') refuse(406);
  else if (/^(?!"shoji-check-other"$)./.test(headers['if-none-match'] ?? '')) {
    Object.assign(reply, { status: 304, headers: { etag, vary }, body: '' });
  } else {
    const type =
      headers.accept?.startsWith('application/shoji+json') === true && typeof document === 'object'
        ? 'application/shoji+json'
        : 'application/json';
    Object.assign(reply, { status: 200, headers: { 'content-type': type, etag, vary }, body: '' });
    reply.body = JSON.stringify(document);
  }
}

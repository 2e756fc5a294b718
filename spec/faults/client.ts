import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

/** An answer that came whole. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Sending {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** How long the answer may take, in milliseconds. Default 20,000. */
  readonly timeout?: number;
}

/** The connection ended before the answer was whole. */
export class ConnectionLost extends Error {
  /** Whether a part of the answer had come. */
  readonly begun: boolean;

  constructor(begun: boolean, cause: unknown) {
    super(begun ? 'the answer was cut short' : 'no answer came', { cause });
    this.begun = begun;
  }
}

/** A client of one server that keeps its connections open. */
export class Client {
  readonly #base: string;
  readonly #agent = new Agent({ keepAlive: true });

  /** @param base - such as `http://127.0.0.1:3000/` */
  constructor(base: string) {
    this.#base = base;
  }

  /** @throws {ConnectionLost} */
  send(
    method: string,
    path: string,
    { headers = {}, body, timeout = 90_000 }: Sending = {},
  ): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const fields: Record<string, string> = { ...headers };
    if (text !== undefined) {
      fields['Content-Type'] ??= 'application/json';
      fields['Content-Length'] = String(Buffer.byteLength(text));
    }
    return new Promise((resolve, reject) => {
      let begun = false;
      const lost = (cause: unknown) => reject(new ConnectionLost(begun, cause));
      const sent = request(new URL(path, this.#base), { method, agent: this.#agent, headers: fields });
      sent.setTimeout(timeout, () => sent.destroy(new Error(`nothing came for ${timeout} ms`)));
      sent.on('error', lost);
      sent.on('response', (response) => {
        begun = true;
        let received = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (received += chunk));
        response.on('error', lost);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: received }),
        );
      });
      sent.end(text);
    });
  }

  /** What a resource shows. @throws {Error} where it does not answer 200 */
  async get(path: string): Promise<Readonly<Record<string, unknown>>> {
    const { status, text } = await this.send('GET', path);
    if (status !== 200) throw new Error(`GET ${path} was answered by ${status}: ${text.slice(0, 300)}`);
    return JSON.parse(text) as Record<string, unknown>;
  }

  close(): void {
    this.#agent.destroy();
  }
}

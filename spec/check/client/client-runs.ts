import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FetchOptions, FetchOutcome } from '../../../lib/check/client/fetch.js';
import { CERTIFICATE, KEY } from './certificate.js';

/** What a process of its own is to fetch, one IRI after another. */
export interface ClientRun {
  readonly start: string;
  readonly options: Omit<FetchOptions, 'resolver'>;
  readonly iris: readonly string[];
}

/**
 * Fetches in a process of its own, which trusts {@link secureServers} and has to end by itself once it has
 * closed its client.
 */
export async function runClient(run: ClientRun): Promise<Pick<FetchOutcome, 'type' | 'iri'>[]> {
  const folder = await mkdtemp(join(tmpdir(), 'shoji-'));
  try {
    const certificate = join(folder, 'certificate.pem');
    await writeFile(certificate, CERTIFICATE);
    const program = fileURLToPath(new URL('client-process.js', import.meta.url));
    const child = spawn(process.execPath, [program, JSON.stringify(run)], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    await once(child, 'close');
    return JSON.parse(output) as Pick<FetchOutcome, 'type' | 'iri'>[];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A server over TLS. */
export interface SecureServer {
  readonly port: number;
  /** `https://127.0.0.1:` and the port. */
  readonly origin: string;
  /** Of each request that came. */
  readonly headers: readonly IncomingHttpHeaders[];
}

/** For a `describe`: gives the function that starts servers over TLS, closed after each test. */
export function secureServers(): (
  answer: (request: IncomingMessage, response: ServerResponse) => void,
) => Promise<SecureServer> {
  const running: Server[] = [];

  afterEach(async () => {
    for (const server of running.splice(0)) {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    }
  });

  return async (answer) => {
    const headers: IncomingHttpHeaders[] = [];
    const server = createServer({ cert: CERTIFICATE, key: KEY }, (request, response) => {
      headers.push(request.headers);
      answer(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    running.push(server);
    const { port } = server.address() as AddressInfo;
    return { port, origin: `https://127.0.0.1:${port}`, headers };
  };
}

import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressGuard } from './address-guard.js';
import { MOST_HEADER_BYTES } from './connection-fault.js';
import { Exchange } from './exchange.js';
import type { Message, Reply } from './exchange.js';
import type { Target } from './target.js';

/** Methods that may be sent again without doing anything twice. RFC 9110, section 9.2.1. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Sends messages, one answer each, over connections that the guard allows. */
export class Transport {
  readonly #guard: AddressGuard;
  readonly #bytes: number;
  readonly #agent: http.Agent = new http.Agent({ keepAlive: true });
  readonly #secureAgent: https.Agent = new https.Agent({ keepAlive: true });
  #sent = 0;

  /** @param bytes - most that the decoded body of an answer may have */
  constructor(guard: AddressGuard, bytes: number) {
    this.#guard = guard;
    this.#bytes = bytes;
  }

  /** How many messages went out. */
  get sent(): number {
    return this.#sent;
  }

  /**
   * @param signal - ends the exchange; its reason is a {@link Fault}
   * @throws {Fault} where no whole answer came
   */
  async send(target: Target, message: Message, signal: AbortSignal): Promise<Reply> {
    // A server may close a connection that was kept just as it is used again. What is safe is sent once more
    // then; anything else gets a connection of its own from the start. RFC 9112, section 9.3.1.
    const pooled = SAFE.has(message.method);
    const exchange = new Exchange(this.#request(target, message, pooled), message, signal);
    try {
      return await exchange.reply(this.#bytes);
    } catch (error) {
      if (!exchange.wasStale) throw error;
      return await new Exchange(this.#request(target, message, false), message, signal).reply(this.#bytes);
    }
  }

  /** Closes connections that are kept. */
  close(): void {
    this.#agent.destroy();
    this.#secureAgent.destroy();
  }

  #request(target: Target, message: Message, pooled: boolean): http.ClientRequest {
    this.#guard.checkLiteral(target);
    const { request } = target.secure ? https : http;
    const agent = target.secure ? this.#secureAgent : this.#agent;
    return request({
      agent: pooled && agent,
      hostname: target.host,
      port: target.port,
      path: target.path,
      method: message.method,
      headers: message.headers,
      lookup: this.#guard.lookupFor(target),
      maxHeaderSize: MOST_HEADER_BYTES,
      insecureHTTPParser: false,
    }).once('finish', () => (this.#sent += 1));
  }
}

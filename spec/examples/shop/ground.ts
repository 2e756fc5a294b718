import assert from 'node:assert/strict';
import { openShop } from '../../../examples/shop/open.js';
import type { OpenShop } from '../../../examples/shop/open.js';
import { Client, listen } from '../client.js';
import type { Reply } from '../client.js';

/** The shop of examples/shop, running on a port of its own, with a client for each who may come. */
export class RunningShop {
  readonly visitor: Client;
  readonly ada: Client;
  readonly ben: Client;
  readonly staff: Client;
  /** Whose token nobody knows. */
  readonly stranger: Client;
  readonly #open: OpenShop;
  readonly #close: () => Promise<void>;

  private constructor(open: OpenShop, origin: string, close: () => Promise<void>) {
    this.#open = open;
    this.#close = close;
    this.visitor = new Client(origin);
    this.ada = new Client(origin, 'demo-ada');
    this.ben = new Client(origin, 'demo-ben');
    this.staff = new Client(origin, 'demo-staff');
    this.stranger = new Client(origin, 'wrong');
  }

  /** @param store - what STORE would name */
  static async start(store: string): Promise<RunningShop> {
    const open = await openShop(store);
    const { origin, close } = await listen(open.app);
    return new RunningShop(open, origin, close);
  }

  async stop(): Promise<void> {
    await this.#close();
    await this.#open.api.stop();
  }
}

/** Declares tests, on a shop that runs once they do. */
export type Declare = (shop: () => RunningShop) => void;

export const READ = ['GET', 'HEAD', 'OPTIONS'];

/** Requires an answer to be a problem document. */
export async function requireProblem(reply: Promise<Reply>, status: number, name: string): Promise<Reply> {
  const found = await reply;
  assert.equal(found.status, status, found.iri);
  assert.equal(found.type, 'application/problem+json');
  assert.equal(found.document.type, `/problems/${name}`);
  return found;
}

/** Has a customer order. */
export async function order(
  client: Client,
  items: unknown,
  headers?: Readonly<Record<string, string>>,
): Promise<Reply> {
  const [own = ''] = await client.entities('customers');
  return client.sendBody('POST', await client.find(['orders'], own), { items }, headers);
}

/** The last segments of the paths of entities: their ids. */
export function idsOf(iris: readonly string[] = []): readonly (string | undefined)[] {
  return iris.map((iri) => new URL(iri, 'http://shop.example').pathname.split('/').at(-2));
}

import { Fault } from './fault.js';
import type { Target } from './target.js';

/** The origins that may be fetched from. */
export class Origins {
  readonly #allowed: ReadonlySet<string>;

  /**
   * @param start - the start's own; undefined where it has none
   * @throws {TypeError} for an option that is no origin
   */
  constructor(start: string | undefined, options: readonly string[]) {
    this.#allowed = new Set([...(start === undefined ? [] : [start]), ...options.map(readOrigin)]);
  }

  /** @throws {Fault} `refused-origin` */
  check({ origin }: Target): void {
    if (this.#allowed.has(origin)) return;
    throw new Fault(
      'refused-origin',
      `${origin} is another origin than the start's; --allow-origin ${origin} (in code \`origins\`) allows it`,
    );
  }
}

function readOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const bare = url !== undefined && url.href === `${url.origin}/`;
  if (url !== undefined && bare && /^https?:$/.test(url.protocol)) return url.origin;
  throw new TypeError(
    `"${text}" is no origin; write a scheme, a host and perhaps a port (https://api.example.org), and nothing else`,
  );
}

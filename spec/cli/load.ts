import { Agent, request } from 'node:http';

/** What became of the requests of a {@link Load}. */
export interface LoadFigures {
  /** Whole answers. */
  readonly answered: number;
  /** Of these, the ones whose server said that it closes the connection. */
  readonly closing: number;
  /** Connections refused or closed before a byte of an answer had come: such a request can be sent again. */
  readonly unanswered: number;
  /** Answers of which a part is missing. */
  readonly truncated: number;
}

/** Clients that keep their connections and ask one thing after the other, until they are told to end. */
export class Load {
  #answered = 0;
  #closing = 0;
  #unanswered = 0;
  #truncated = 0;
  #ended = false;
  readonly #running: Promise<unknown>;
  #tell: () => void = () => undefined;

  /** @param size - of every whole answer's body, in bytes */
  constructor(url: string, clients: number, size: number) {
    this.#running = Promise.all(Array.from({ length: clients }, () => this.#client(url, size)));
  }

  /** Resolves once so many answers have come. */
  async answered(count: number): Promise<void> {
    while (this.#answered < count) await new Promise<void>((resolve) => (this.#tell = resolve));
  }

  async end(): Promise<LoadFigures> {
    this.#ended = true;
    await this.#running;
    return {
      answered: this.#answered,
      closing: this.#closing,
      unanswered: this.#unanswered,
      truncated: this.#truncated,
    };
  }

  async #client(url: string, size: number): Promise<void> {
    const agent = new Agent({ keepAlive: true });
    while (!this.#ended) await this.#ask(url, size, agent);
    agent.destroy();
  }

  #ask(url: string, size: number, agent: Agent): Promise<void> {
    return new Promise((resolve) => {
      let begun = false;
      const asked = request(url, { agent }, (response) => {
        begun = true;
        let received = 0;
        response.on('data', (chunk: Buffer) => (received += chunk.length));
        // The 'end' of an answer comes only where it is whole; 'close' comes always.
        response.on('error', () => undefined);
        response.on('close', () => {
          if (response.complete && received === size) this.#answered++;
          else this.#truncated++;
          if (response.headers.connection === 'close') this.#closing++;
          this.#tell();
          resolve();
        });
      });
      asked.on('error', () => {
        if (begun) return;
        this.#unanswered++;
        // Once nobody listens any more, a client that asks on at once does nothing else.
        setTimeout(resolve, 10);
      });
      asked.end();
    });
  }
}

import type { CollectionPlan, Store } from './store/store.js';

/** Opens and closes the store of an API, each once, however often and at once it is asked for. */
export class Lifecycle {
  readonly #store: Store;
  readonly #plans: readonly CollectionPlan[];
  #opened = false;
  #opening: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(store: Store, plans: readonly CollectionPlan[]) {
    this.#store = store;
    this.#plans = plans;
  }

  /** Resolves once the store is open; undefined if it is already. */
  ready(): Promise<void> | undefined {
    return this.#opened ? undefined : this.start();
  }

  start(): Promise<void> {
    return (this.#opening ??= this.#open().catch((error: unknown) => {
      // Whoever asks next tries again.
      this.#opening = undefined;
      throw error;
    }));
  }

  async check(): Promise<void> {
    this.#requireRunning();
    if (!this.#opened) throw new Error('the API is not started; call start()');
    await this.#store.check();
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#close());
  }

  async #open(): Promise<void> {
    this.#requireRunning();
    await this.#store.open(this.#plans);
    this.#opened = true;
  }

  async #close(): Promise<void> {
    // A store that is being opened cannot be closed yet.
    const opening = this.#opening;
    this.#opening = undefined;
    await opening?.catch(() => undefined);
    this.#opened = false;
    await this.#store.close();
  }

  #requireRunning(): void {
    if (this.#stopping !== undefined) throw new Error('the API is stopped; make a new one by shoji()');
  }
}

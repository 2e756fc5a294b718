/** What can stand in the tables for a while. */
interface Shown {
  /** Takes out of the tables what was written there. */
  takeBack(): void;
}

/** Tells whose writes stand in the tables beside those that are committed. */
export class MemoryStage {
  #shown: Shown | undefined;
  /** How many commits there were. */
  commits = 0;

  get shown(): Shown | undefined {
    return this.#shown;
  }

  /** Makes room for another's writes; for nobody's, where undefined. */
  show(next: Shown | undefined): void {
    const before = this.#shown;
    if (before === next) return;
    this.#shown = next;
    before?.takeBack();
  }
}

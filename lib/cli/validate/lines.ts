const LINE_FEED = 0x0a;

/** One line, and where it stands; without bytes where it is longer than is read. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly bytes: Uint8Array | undefined;
}

/**
 * Splits a stream of bytes into lines, holding no more than one of them. Lines that hold nothing but
 * spaces, tabs and carriage returns are left out.
 *
 * @param limit - most bytes of a line
 * @returns the lines that each chunk ends, chunk by chunk
 */
export async function* linesOf(
  stream: AsyncIterable<Uint8Array | string>,
  limit: number,
): AsyncGenerator<readonly Line[]> {
  const splitter = new LineSplitter(limit);
  for await (const chunk of stream) {
    yield splitter.split(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  }
  yield splitter.end();
}

class LineSplitter {
  readonly #limit: number;
  #number = 1;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  split(chunk: Uint8Array): readonly Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      this.#take(chunk.subarray(start, end));
      this.#finish(lines);
      start = end + 1;
    }
    if (start < chunk.length) this.#take(chunk.subarray(start));
    return lines;
  }

  /** What stands behind the last line feed. */
  end(): readonly Line[] {
    const lines: Line[] = [];
    this.#finish(lines);
    return lines;
  }

  #take(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length <= this.#limit) this.#parts.push(part);
    else this.#parts = [];
  }

  #finish(lines: Line[]): void {
    const number = this.#number;
    if (this.#length > this.#limit) lines.push({ number, bytes: undefined });
    else if (this.#length > 0) {
      const [first] = this.#parts;
      const bytes = this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts);
      if (!isBlank(bytes)) lines.push({ number, bytes });
    }
    this.#parts = [];
    this.#length = 0;
    this.#number += 1;
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

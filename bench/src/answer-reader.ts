/** One HTTP answer, as far as a load generator looks at it. */
export interface Answer {
  readonly status: number;
  /** The status line and header, as they came. */
  readonly head: string;
  /** The body as it came, chunks and all; empty unless bodies are kept. */
  readonly body: string;
}

const END_OF_HEAD = '\r\n\r\n';
const LAST_CHUNK = Buffer.from('\r\n0\r\n\r\n');

/** Finds the end of each answer on one connection that has one request in flight at a time. */
export class AnswerReader {
  readonly #keepBody: boolean;
  #head = '';
  #body: Buffer[] = [];
  /** How much of the body is still to come; undefined before its head is complete. */
  #left: number | undefined;
  /** The last bytes of what came in chunks, whose end is told by the bytes alone. */
  #tail: Buffer = Buffer.alloc(0);

  /** @param keepBody - whether answers hold their body */
  constructor(keepBody = false) {
    this.#keepBody = keepBody;
  }

  /** Reads on. The bytes are not held on to. @returns the answer, once it is complete */
  read(bytes: Buffer): Answer | undefined {
    let rest = bytes;
    if (this.#left === undefined) {
      const end = bytes.indexOf(END_OF_HEAD);
      // A head that comes in two parts is too rare to be read without waste.
      this.#head += bytes.toString('latin1', 0, end === -1 ? bytes.length : end);
      if (end === -1) return undefined;
      this.#left = lengthOf(this.#head);
      rest = bytes.subarray(end + (this.#left === Infinity ? 2 : END_OF_HEAD.length));
    }
    if (this.#keepBody) this.#body.push(Buffer.from(rest));
    if (this.#left === Infinity) {
      this.#tail = Buffer.concat([this.#tail, rest]).subarray(-LAST_CHUNK.length);
      return this.#tail.equals(LAST_CHUNK) ? this.#take() : undefined;
    }
    this.#left -= rest.length;
    return this.#left <= 0 ? this.#take() : undefined;
  }

  #take(): Answer {
    const answer = {
      status: Number(this.#head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)),
      head: this.#head,
      body: this.#keepBody ? Buffer.concat(this.#body).toString() : '',
    };
    this.#head = '';
    this.#body = [];
    this.#left = undefined;
    this.#tail = Buffer.alloc(0);
    return answer;
  }
}

/** The length of the body in bytes; infinite where it comes in chunks. */
function lengthOf(head: string): number {
  if (/^HTTP\/1\.1 (?:204|304)/.test(head)) return 0;
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return Number(length);
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return Infinity;
  throw new Error(`an answer without a length: ${head}`);
}

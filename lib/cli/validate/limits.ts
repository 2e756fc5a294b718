/** How much `shoji validate` takes on at once. */
export interface ValidateLimits {
  /** Most bytes of a document that is judged within the process; larger ones have a process of their own. */
  readonly inProcess: number;
  /** Most bytes of a line, where each line is a document. */
  readonly line: number;
  /** Most MiB of heap that a larger document is judged in; what the machine has to give without it. */
  readonly heap?: number;
}

/** The limits that hold on the command line. */
export const VALIDATE_LIMITS: ValidateLimits = { inProcess: 16 * 2 ** 20, line: 64 * 2 ** 20 };

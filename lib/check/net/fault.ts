import type { FailureReason } from '../exchange.js';

/** Thrown within the client where a request gets no answer; never leaves it. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly reason: FailureReason;

  /** @param message - what happened, and what can be done about it */
  constructor(reason: FailureReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

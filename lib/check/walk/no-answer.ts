import type { Failure } from '../exchange.js';

/** That a check asked for something and got no answer; it ends the check of this resource. */
export class NoAnswer extends Error {
  readonly method: string;
  readonly failure: Failure;

  constructor(method: string, failure: Failure) {
    super(failure.message);
    this.name = 'NoAnswer';
    this.method = method;
    this.failure = failure;
  }
}

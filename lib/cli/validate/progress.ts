import { progressBar } from '../progress-bar.js';

/** Shows on a terminal how much is done. */
export interface Progress {
  /** One more is done. */
  step(): void;
  /** Makes way for text that is written to the same terminal; the next step shows the bar again. */
  hide(): void;
  stop(): void;
}

/**
 * Shows a bar with an estimate of the time left.
 *
 * @param total - how many files there are
 */
export function showProgress(stream: NodeJS.WriteStream, total: number): Progress {
  const bar = progressBar(stream, '{bar} {value}/{total} files, {eta_formatted} left', 500);
  bar.start(total, 0);
  return {
    step: () => bar.increment(),
    hide: () => {
      stream.cursorTo(0);
      stream.clearLine(0);
    },
    stop: () => bar.stop(),
  };
}

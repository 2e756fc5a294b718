import cliProgress from 'cli-progress';
import type { CheckProgress } from '../check/crawl/crawled-api.js';

/**
 * Makes a bar that shows on a terminal how far something has come. This module is loaded only where there is one.
 *
 * @param format - what stands in the line, such as `{bar} {value}/{total} files, {eta_formatted} left`
 * @param etaBuffer - from how many steps the time left is estimated
 */
export function progressBar(
  stream: NodeJS.WritableStream,
  format: string,
  etaBuffer: number,
): cliProgress.SingleBar {
  return new cliProgress.SingleBar({
    stream,
    format,
    etaBuffer,
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
    hideCursor: true,
    // Its own handling of signals would end what SIGINT is to report.
    gracefulExit: false,
  });
}

/** Shows on a terminal how much is done. */
export interface FileProgress {
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
export function showFileProgress(stream: NodeJS.WriteStream, total: number): FileProgress {
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

/** Shows how far a crawl has come. */
export interface CrawlProgress {
  update(progress: CheckProgress): void;
  /** Takes it off the terminal. */
  stop(): void;
}

/** Shows how far a crawl has come, with an estimate of the time left. */
export function showCrawlProgress(stream: NodeJS.WriteStream): CrawlProgress {
  const bar = progressBar(
    stream,
    '{bar} {value}/{total} resources, {requests} requests, {findings} findings, {eta_formatted} left',
    50,
  );
  bar.start(1, 0, { requests: 0, findings: 0 });
  return {
    update({ done, known, requests, findings }) {
      bar.setTotal(Math.max(known, done));
      bar.update(done, { requests, findings });
    },
    stop: () => bar.stop(),
  };
}

import type { CheckProgress } from '../../check/options.js';

/** Shows how far a walk has come. */
export interface Progress {
  update(progress: CheckProgress): void;
  /** Takes it off the terminal. */
  stop(): void;
}

/**
 * Shows a bar on a terminal.
 *
 * @returns undefined where the stream is none
 */
export async function showProgress(stream: NodeJS.WritableStream): Promise<Progress | undefined> {
  if (!('isTTY' in stream) || stream.isTTY !== true) return undefined;
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar({
    stream,
    format: '{bar} {value}/{total} resources, {requests} requests, {findings} findings, {eta_formatted} left',
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    etaBuffer: 50,
    clearOnComplete: true,
    hideCursor: true,
    // Its own handling of signals would end what SIGINT is to report.
    gracefulExit: false,
  });
  bar.start(1, 0, { requests: 0, findings: 0 });
  return {
    update({ done, known, requests, findings }) {
      bar.setTotal(Math.max(known, done));
      bar.update(done, { requests, findings });
    },
    stop: () => bar.stop(),
  };
}

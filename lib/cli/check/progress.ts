import type { CheckProgress } from '../../check/options.js';
import { isTerminal } from '../io.js';

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
  if (!isTerminal(stream)) return undefined;
  const { progressBar } = await import('../progress-bar.js');
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

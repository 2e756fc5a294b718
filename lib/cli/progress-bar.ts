import cliProgress from 'cli-progress';

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

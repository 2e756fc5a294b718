import type { Reporter } from './reporter.js';

/** Writes one JSON value for programs, with a line for each document. */
export function jsonReporter(): Reporter {
  let isFirstDocument = true;
  let isFirstFinding = true;
  return {
    start: () => '{"documents":[',
    open: ({ origin: { source }, element = null, dialect, valid }) => {
      const comma = isFirstDocument ? '' : ',';
      isFirstDocument = false;
      isFirstFinding = true;
      const head = JSON.stringify({ source, dialect, element, valid });
      return `${comma}\n${head.slice(0, -1)},"findings":[`;
    },
    findings: (_, { findings }) => {
      const comma = isFirstFinding ? '' : ',';
      isFirstFinding = false;
      return comma + findings.map((finding) => JSON.stringify(finding)).join(',');
    },
    close: () => ']}',
    unreadable: () => '',
    end: (summary) => `\n],"summary":${JSON.stringify(summary)}}\n`,
  };
}

import { styleText } from 'node:util';
import type { CheckPage } from '../../check/checks.js';
import type { CheckResult } from '../../check/report/result.js';
import type { TextRole } from '../../check/report/text-report.js';
import type { ReportFormat } from './arguments.js';

/** What a report depends on besides the result. */
export interface ReportContext {
  /** The checks that were made. */
  readonly checks: readonly CheckPage[];
  readonly date: Date;
  readonly color: boolean;
  /** Whether warnings are too many, so that they fail, too. */
  readonly warningsFail: boolean;
}

type Writer = (result: CheckResult, context: ReportContext) => Promise<string>;

const STYLES = { error: 'red', warning: 'yellow', note: 'cyan', heading: 'bold', faint: 'dim' } as const;

/** Loaded when they are asked for. */
const WRITERS: Readonly<Record<ReportFormat, Writer>> = {
  text: async (result, { color }) => {
    const { textReport } = await import('../../check/report/text-report.js');
    return textReport(result, color ? { paint } : {});
  },
  json: async (result) => (await import('../../check/report/json-report.js')).jsonReport(result),
  junit: async (result, { checks, warningsFail }) => {
    const { junitReport } = await import('../../check/report/junit-report.js');
    return junitReport(result, { checks: checks.map(({ name }) => name), warningsFail });
  },
  html: async (result, { checks, date }) => {
    const { htmlReport } = await import('../../check/report/html/html-report.js');
    return htmlReport(result, { checks, date });
  },
  dot: async (result) => (await import('../../check/report/graph-dot.js')).graphDot(result),
  mermaid: async (result) => (await import('../../check/report/graph-mermaid.js')).graphMermaid(result),
};

/** Writes a result in a format. */
export function writeReport(
  format: ReportFormat,
  result: CheckResult,
  context: ReportContext,
): Promise<string> {
  return WRITERS[format](result, context);
}

function paint(role: TextRole, text: string): string {
  // Whether to colour is decided by then, so the stream is not asked again.
  return styleText(STYLES[role], text, { validateStream: false });
}

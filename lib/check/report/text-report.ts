import type { CheckFinding } from '../checks/check-definition.js';
import { type CheckResult, type CheckSummary, count, findingCounts, summaryOf } from './check-result.js';
import { type GraphNode, linkGraph } from './link-graph.js';
import { sanitizeLine } from './sanitize.js';

/** The parts of a text report that can be set off, by colour for example. */
export type TextRole = 'error' | 'warning' | 'note' | 'heading' | 'faint';

/** Options of {@link textReport}. */
export interface TextReportOptions {
  /** Sets a part of the text off, by colour for example; plain by default. */
  readonly paint?: (role: TextRole, text: string) => string;
}

/**
 * Writes a result for people: the findings by resource, the nearest to the start first, errors before
 * warnings; then one line that sums it up.
 *
 * @example
 * import { check, textReport, type CheckFinding } from 'koa-shoji/check';
 *
 * const run = check('https://api.example.org/');
 * const findings: CheckFinding[] = [];
 * for await (const finding of run) findings.push(finding);
 *
 * process.stdout.write(textReport({ survey: run.survey, findings }));
 */
export function textReport(
  result: CheckResult,
  { paint = (_role, text) => text }: TextReportOptions = {},
): string {
  const sections = linkGraph(result)
    .nodes.filter(({ findings }) => findings.length > 0)
    .map((node) => `${section(node, paint)}\n`);
  return sections.join('') + textSummary(summaryOf(result), paint);
}

type Paint = NonNullable<TextReportOptions['paint']>;

function section(node: GraphNode, paint: Paint): string {
  const { iri, kind, status = 'not fetched', title, findings } = node;
  const facts = `(${title === undefined ? '' : `${JSON.stringify(sanitizeLine(title))}, `}${kind}, ${status})`;
  const heading = `${paint('heading', sanitizeLine(iri))} ${paint('faint', facts)}\n`;
  return heading + findings.map((finding) => findingText(finding, paint)).join('');
}

function findingText({ level, pointer, check, rule, message, see }: CheckFinding, paint: Paint): string {
  const where = pointer === '' ? '' : ` ${sanitizeLine(pointer)}`;
  const speaker = rule === check ? check : `${check}, ${rule}`;
  return (
    `  ${paint(level, level)}${where}: ${sanitizeLine(message)}\n` +
    `    ${paint('faint', sanitizeLine(`${speaker}; see ${see}`))}\n`
  );
}

function textSummary(summary: CheckSummary, paint: Paint): string {
  const { resources, links, requests, seconds, unfinished } = summary;
  const figures =
    `${count(resources, 'resource')}, ${count(links, 'link')}, ` +
    `${count(requests, 'request')} in ${seconds.toFixed(1)} s`;
  const worst = summary.errors > 0 ? 'error' : summary.warnings > 0 ? 'warning' : 'heading';
  const stopped =
    unfinished === undefined
      ? ''
      : `${paint('warning', `The walk did not come to its end: ${sanitizeLine(unfinished)}`)}\n`;
  return `${stopped}${figures}: ${paint(worst, findingCounts(summary))}\n`;
}

import type { CheckFinding } from '../checks/check-definition.js';
import type { SurveyedLink, SurveyedResource } from '../crawl/crawled-api.js';
import { type CheckResult, type CheckSummary, summaryOf } from './check-result.js';
import { linkGraph } from './link-graph.js';
import { escapeJsonForTerminal } from '../../protocol/sanitize-for-terminal.js';

/** The report that {@link jsonReport} writes; read it with `JSON.parse`. */
export interface JsonReport {
  /** The IRI that the crawl began at. */
  readonly start: string;
  readonly summary: CheckSummary;
  /** By resource, the nearest to the start first; errors before warnings. */
  readonly findings: readonly CheckFinding[];
  /** The nearest to the start first. */
  readonly resources: readonly SurveyedResource[];
  /** By the resource that they stand in. */
  readonly links: readonly SurveyedLink[];
}

/**
 * Writes a result for programs, as the JSON of a {@link JsonReport}.
 *
 * @example
 * import { check, jsonReport, type CheckFinding, type JsonReport } from 'koa-shoji/check';
 *
 * const run = check('https://api.example.org/');
 * const findings: CheckFinding[] = [];
 * for await (const finding of run) findings.push(finding);
 *
 * const { summary } = JSON.parse(jsonReport({ survey: run.survey, findings })) as JsonReport;
 * console.log(`${summary.errors} errors in ${summary.resources} resources`);
 */
export function jsonReport(result: CheckResult): string {
  const { nodes, edges } = linkGraph(result);
  const surveyed = new Map(result.survey.resources.map((resource) => [resource.iri, resource]));
  const report: JsonReport = {
    start: result.survey.start,
    summary: summaryOf(result),
    findings: nodes.flatMap(({ findings }) => findings),
    resources: nodes.flatMap(({ iri }) => surveyed.get(iri) ?? []),
    links: edges.flatMap(({ links }) => links),
  };
  return `${escapeJsonForTerminal(JSON.stringify(report, undefined, 2))}\n`;
}

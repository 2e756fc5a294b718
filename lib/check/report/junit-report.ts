import type { CheckFinding } from '../checks/check-definition.js';
import { type CheckResult, count, summaryOf } from './check-result.js';
import {
  CLOSE_CASE,
  CLOSE_FAILURE,
  CLOSE_OUTPUT,
  CLOSE_SUITE,
  CLOSE_SUITES,
  OPEN_OUTPUT,
  openCase,
  openFailure,
  openSuite,
  openSuites,
  passedCase,
} from './junit-xml.js';
import { type GraphNode, linkGraph } from './link-graph.js';
import { markup } from './markup.js';

/** Options of {@link junitReport}. */
export interface JunitReportOptions {
  /** The checks that were made, so that those show which found nothing; by default those that found something. */
  readonly checks?: readonly string[];
  /** Whether warnings are failures, too; `false` by default. */
  readonly warningsFail?: boolean;
}

/**
 * Writes a result for continuous integration: a suite for each check, and in it a test case for each
 * resource that the check found something at, or a single one where it found nothing. What is no failure is
 * told as the case's output.
 *
 * @example
 * import { writeFile } from 'node:fs/promises';
 * import { check, junitReport, type CheckFinding } from 'koa-shoji/check';
 *
 * const run = check('https://api.example.org/');
 * const findings: CheckFinding[] = [];
 * for await (const finding of run) findings.push(finding);
 *
 * const checks = run.checks.map(({ name }) => name);
 * await writeFile('junit.xml', junitReport({ survey: run.survey, findings }, { checks }));
 */
export function junitReport(
  result: CheckResult,
  { checks = [], warningsFail = false }: JunitReportOptions = {},
): string {
  const { nodes } = linkGraph(result);
  const names = new Set([...checks, ...result.findings.map(({ check }) => check).toSorted()]);
  const fails: Fails = ({ level }) => level === 'error' || (warningsFail && level === 'warning');
  const { seconds, resources } = summaryOf(result);
  const suites = [...names].map((name) => suiteOf(name, nodes, fails, count(resources, 'resource')));
  const sum = (figure: 'tests' | 'failures') => suites.reduce((total, suite) => total + suite[figure], 0);
  const counts = { tests: sum('tests'), failures: sum('failures'), errors: 0, seconds };
  const start = openSuites(`shoji check ${result.survey.start}`, counts);
  return start.text + suites.map(({ xml }) => xml).join('') + CLOSE_SUITES;
}

type Fails = (finding: CheckFinding) => boolean;

interface Suite {
  readonly tests: number;
  readonly failures: number;
  readonly xml: string;
}

/** @param resources - how many there are, which names the one case of a check that found nothing */
function suiteOf(name: string, nodes: readonly GraphNode[], fails: Fails, resources: string): Suite {
  const found = nodes
    .map(({ iri, findings }) => ({ iri, findings: findings.filter(({ check }) => check === name) }))
    .filter(({ findings }) => findings.length > 0);
  const cases =
    found.length === 0
      ? [`${passedCase(name, resources).text}\n`]
      : found.map(({ iri, findings }) => caseXml(name, iri, findings, fails));
  const tests = cases.length;
  const failures = found.filter(({ findings }) => findings.some(fails)).length;
  const start = openSuite(name, { tests, failures, errors: 0 });
  return { tests, failures, xml: `${start.text}\n${cases.join('')}${CLOSE_SUITE}\n` };
}

function caseXml(check: string, iri: string, findings: readonly CheckFinding[], fails: Fails): string {
  const failed = findings.filter(fails);
  const told = findings.filter((finding) => !fails(finding));
  const [first] = failed;
  const failure =
    first === undefined
      ? ''
      : `${openFailure(first.rule, first.message).text}${failed.map(findingXml).join('')}${CLOSE_FAILURE}\n`;
  const output = told.length === 0 ? '' : `${OPEN_OUTPUT}${told.map(findingXml).join('')}${CLOSE_OUTPUT}\n`;
  return `${openCase(check, iri).text}\n${failure}${output}${CLOSE_CASE}\n`;
}

function findingXml({ level, rule, pointer, message, see }: CheckFinding): string {
  return markup`${level} ${rule}${pointer !== '' && ` at ${pointer}`}: ${message} (see ${see})\n`.text;
}

import type { CheckFinding } from '../checks/check-definition.js';
import { markup } from './markup.js';
import type { Markup } from './markup.js';
import { linkGraph } from './link-graph.js';
import type { GraphNode } from './link-graph.js';
import { count, summaryOf } from './check-result.js';
import type { CheckResult } from './check-result.js';

/** How a report in JUnit's XML is written. */
export interface JunitReportOptions {
  /** The checks that were made, so that those show which found nothing; by default those that found something. */
  readonly checks?: readonly string[];
  /** Whether warnings are failures, too; `false` by default. */
  readonly warningsFail?: boolean;
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Markup[];
  readonly failures: number;
}

/**
 * Writes a result for continuous integration: a suite for each check, and in it a test case for each
 * resource that the check found something at, or a single one where it found nothing. What is no failure is
 * told as the case's output.
 */
export function junitReport(
  result: CheckResult,
  { checks = [], warningsFail = false }: JunitReportOptions = {},
): string {
  const { nodes } = linkGraph(result);
  const names = new Set([...checks, ...result.findings.map(({ check }) => check).toSorted()]);
  const fails = ({ level }: CheckFinding) => level === 'error' || (warningsFail && level === 'warning');
  const suites = [...names].map((name) => suiteOf(name, nodes, fails));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const { seconds, resources } = summaryOf(result);
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${`shoji check ${result.survey.start}`}" tests="${sum(suites.map(({ cases }) => Math.max(1, cases.length)))}" failures="${sum(suites.map(({ failures }) => failures))}" errors="0" time="${seconds}">
${suites.map((suite) => suiteXml(suite, count(resources, 'resource')))}</testsuites>
`.text;
}

function suiteOf(
  name: string,
  nodes: readonly GraphNode[],
  fails: (finding: CheckFinding) => boolean,
): Suite {
  const found = nodes
    .map(({ iri, findings }) => ({ iri, findings: findings.filter(({ check }) => check === name) }))
    .filter(({ findings }) => findings.length > 0);
  return {
    name,
    cases: found.map(({ iri, findings }) => caseXml(name, iri, findings, fails)),
    failures: found.filter(({ findings }) => findings.some(fails)).length,
  };
}

function suiteXml({ name, cases, failures }: Suite, resources: string): Markup {
  const shown = cases.length > 0 ? cases : [markup`<testcase classname="${name}" name="${resources}"/>\n`];
  return markup`<testsuite name="${name}" tests="${shown.length}" failures="${failures}" errors="0">
${shown}</testsuite>
`;
}

function caseXml(
  check: string,
  iri: string,
  findings: readonly CheckFinding[],
  fails: (finding: CheckFinding) => boolean,
): Markup {
  const failed = findings.filter(fails);
  const told = findings.filter((finding) => !fails(finding));
  const [first] = failed;
  return markup`<testcase classname="${check}" name="${iri}">
${first !== undefined && markup`<failure type="${first.rule}" message="${first.message}">${failed.map(findingXml)}</failure>\n`}${told.length > 0 && markup`<system-out>${told.map(findingXml)}</system-out>\n`}</testcase>
`;
}

function findingXml({ level, rule, pointer, message, see }: CheckFinding): Markup {
  return markup`${level} ${rule}${pointer !== '' && ` at ${pointer}`}: ${message} (see ${see})\n`;
}

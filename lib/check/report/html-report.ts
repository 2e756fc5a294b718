import type { CheckFinding, CheckPage } from '../checks/check-definition.js';
import type { ResourceKind } from '../crawl/visited-resource.js';
import {
  type CheckResult,
  type CheckSummary,
  count,
  findingCounts,
  LEVELS,
  summaryOf,
} from './check-result.js';
import { graphSvg } from './graph-svg.js';
import { KIND_NOUNS, kindSymbol, ReportPage } from './html-page.js';
import { PAGE_STYLE } from './html-style.js';
import {
  edgeLabel,
  type GraphEdge,
  type GraphNode,
  groupBy,
  linkGraph,
  type LinkGraph,
  nodeLabel,
} from './link-graph.js';
import { type Content, Markup, markup } from './markup.js';
import { isWebIri, truncate } from './sanitize.js';

/** Options of {@link htmlReport}. */
export interface HtmlReportOptions {
  /** The checks that were made, so that those show which found nothing; by default those that found something. */
  readonly checks?: readonly Pick<CheckPage, 'name' | 'summary'>[];
  /** When the check was made, to be shown. */
  readonly date?: Date;
}

/**
 * Writes a result as one page of HTML, which is XML as well, on its own: without scripts and without
 * anything from outside. Its size is bounded, however large the API is.
 *
 * @example
 * import { writeFile } from 'node:fs/promises';
 * import { check, htmlReport, type CheckFinding } from 'koa-shoji/check';
 *
 * const run = check('https://api.example.org/');
 * const findings: CheckFinding[] = [];
 * for await (const finding of run) findings.push(finding);
 *
 * const page = htmlReport({ survey: run.survey, findings }, { checks: run.checks, date: new Date() });
 * await writeFile('report.html', page);
 */
export function htmlReport(result: CheckResult, { checks = [], date }: HtmlReportOptions = {}): string {
  const page = new ReportPage(linkGraph(result));
  const summary = summaryOf(result);
  const { start } = result.survey;
  return markup`<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${POLICY}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="referrer" content="no-referrer"/>
<meta name="color-scheme" content="light dark"/>
<title>${`${verdictOf(summary)} – ${truncate(start, 200)}`}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<p class="eyebrow">shoji check${date && ` · ${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`}</p>
<h1>${iriText(start)}</h1>
<p class="verdict ${LEVELS.find((level) => summary[`${level}s`] > 0)}">${verdictOf(summary)}</p>
${summary.unfinished !== undefined && markup`<p class="unfinished">The walk did not come to its end: ${truncate(summary.unfinished, 500)}</p>`}
${figures(summary)}
<nav aria-label="Contents"><ul><li><a href="#graph">Link graph</a></li>${page.sections.length > 0 && markup`<li><a href="#findings">Findings</a></li>`}<li><a href="#checks">Checks</a></li>${page.rows.length > 0 && markup`<li><a href="#unremarkable">Resources without findings</a></li>`}</ul></nav>
</header>
<main>
<section id="graph" aria-labelledby="graph-heading">
<h2 id="graph-heading">Link graph</h2>
${graphSvg(page)}
${LEGEND}
</section>
${findingsSection(page)}
${checksSection(page.graph, checks)}
${resourcesSection(page)}
</main>
<footer><p>Made by shoji check. This page loads nothing and runs no script.</p></footer>
</body>
</html>
`.text;
}

/** Nothing is fetched, run or sent by the page, whatever an API has put into it. */
const POLICY = new Markup(
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
);

function verdictOf(summary: CheckSummary): string {
  const { errors, warnings, notes } = summary;
  return errors + warnings + notes === 0 ? 'No findings' : findingCounts(summary);
}

const STYLE = new Markup(PAGE_STYLE);

/** An IRI as a link, where it can be followed without harm; as text otherwise. */
export function iriText(iri: string): Markup {
  const text = markup`<code>${truncate(iri, 300)}</code>`;
  return isWebIri(iri) && iri.length <= 2_000 ? markup`<a href="${iri}" rel="noreferrer">${text}</a>` : text;
}

function figures({ resources, links, requests, seconds }: CheckSummary) {
  const tiles = [
    ['Resources', resources.toLocaleString('en-US')],
    ['Links', links.toLocaleString('en-US')],
    ['Requests', requests.toLocaleString('en-US')],
    ['Time', `${seconds.toFixed(1)} s`],
  ];
  return markup`<dl class="figures">${tiles.map(([term, figure]) => markup`<div><dt>${term}</dt><dd>${figure}</dd></div>`)}</dl>`;
}

const LEGEND = markup`<ul class="legend" aria-label="Legend">${Object.keys(KIND_NOUNS).map((kind) => markup`<li>${kindSymbol(kind as ResourceKind)}${kind}</li>`)}<li>number: findings, coloured by the worst</li><li>solid: how a resource is first reached; dashed: other links; dotted: not followed</li></ul>`;

/** Writes a section for each resource that there are findings about, with a way back to its card. */
export function findingsSection(page: ReportPage): Markup | undefined {
  const { sections, hiddenSections } = page;
  if (sections.length === 0) return undefined;
  return markup`<section id="findings" aria-labelledby="findings-heading">
<h2 id="findings-heading">Findings</h2>
${sections.map((node) => article(node, page))}
${hiddenSections > 0 && markup`<p class="faint">${count(hiddenSections, 'more resource')} with findings: the report in JSON lists them all.</p>`}
</section>`;
}

function article(node: GraphNode, page: ReportPage): Markup {
  const { index, iri, kind, status = 'not fetched', findings, worst } = node;
  const hidden = findings.length - MAX_FINDINGS;
  return markup`<article id="resource-${index}" class="${worst}" aria-labelledby="heading-${index}">
<h3 id="heading-${index}">${kindSymbol(kind)}${truncate(nodeLabel(node), 200)}</h3>
<p class="facts">${iriText(iri)} · ${kind} · ${status} · ${reachedBy(node, page)} · <a href="${page.cardHrefOf(node)}">in the graph</a></p>
<ol class="findings">${findings.slice(0, MAX_FINDINGS).map(findingItem)}</ol>
${hidden > 0 && markup`<p class="faint">${count(hidden, 'more finding')} here: the report in JSON lists them all.</p>`}
${linksFrom(node, page)}
</article>
`;
}

/** The most findings that one section lists. */
const MAX_FINDINGS = 50;

/** The link that leads to a resource first, and how many more do. */
export function reachedBy(node: GraphNode, page: ReportPage): Content {
  const [first, ...more] = page.edgesTo(node);
  if (first === undefined) return markup`<span class="none">no link</span>`;
  return markup`${nodeLink(first.from, page)} → ${wayBetween(first)}${more.length > 0 && ` and ${more.length} more`}`;
}

/** A resource's name, with a way to what the page says of it. */
export function nodeLink(node: GraphNode, page: ReportPage): Content {
  const href = page.hrefOf(node);
  const label = truncate(nodeLabel(node), 80);
  return href === undefined ? label : markup`<a href="${href}">${label}</a>`;
}

/** Labels an edge, cut to a length that a page can show. */
export function wayBetween(edge: GraphEdge): string {
  return truncate(edgeLabel(edge), 120);
}

function findingItem({ level, check, rule, pointer, message, see }: CheckFinding): Markup {
  return markup`<li><span class="level ${level}">${level}</span>${truncate(message, 1000)}
<p class="about">${pointer !== '' && markup`at <code>${truncate(pointer, 300)}</code> · `}<a href="#check-${check}">${check}</a>${rule !== check && ` (${rule})`} · see ${truncate(see, 200)}</p></li>
`;
}

function linksFrom(node: GraphNode, page: ReportPage): Markup | undefined {
  const edges = page.edgesFrom(node);
  if (edges.length === 0) return undefined;
  const shown = edges.slice(0, MAX_LINKS);
  const hidden = edges.length - shown.length;
  const items = shown.map((edge) => markup`<li>${wayBetween(edge)} → ${nodeLink(edge.to, page)}</li>`);
  return markup`<details><summary>${count(edges.length, 'resource')} linked from here</summary><ul>${items}${hidden > 0 && markup`<li>… ${hidden} more</li>`}</ul></details>`;
}

/** The most links that one section lists. */
const MAX_LINKS = 30;

/** Writes the table of the checks, and how much each of them found. */
export function checksSection(
  { nodes }: LinkGraph,
  checks: readonly Pick<CheckPage, 'name' | 'summary'>[],
): Markup {
  const findingsOf = groupBy(
    nodes.flatMap(({ findings }) => findings),
    ({ check }) => check,
  );
  const summaries = new Map(checks.map(({ name, summary }) => [name, summary]));
  const names = new Set([...summaries.keys(), ...[...findingsOf.keys()].toSorted()]);
  const rows = [...names].map((name) => {
    const found = findingsOf.get(name) ?? [];
    const cells = LEVELS.map((level) => {
      const number = found.filter((finding) => finding.level === level).length;
      return markup`<td class="number">${number === 0 ? markup`<span class="none">0</span>` : markup`<span class="level ${level}">${number}</span>`}</td>`;
    });
    return markup`<tr id="check-${name}"><td><code>${name}</code></td><td>${summaries.get(name)}</td>${cells}</tr>
`;
  });
  return markup`<section id="checks" aria-labelledby="checks-heading">
<h2 id="checks-heading">Checks</h2>
<div class="table"><table>
<thead><tr><th scope="col">Check</th><th scope="col">What it asks</th><th scope="col" class="number">Errors</th><th scope="col" class="number">Warnings</th><th scope="col" class="number">Notes</th></tr></thead>
<tbody>
${rows}</tbody>
</table></div>
</section>`;
}

/** Writes the table of the resources that nothing was found about: the graph in words. */
export function resourcesSection(page: ReportPage): Markup | undefined {
  const { rows, hiddenRows } = page;
  if (rows.length === 0) return undefined;
  return markup`<section id="unremarkable" aria-labelledby="unremarkable-heading">
<h2 id="unremarkable-heading">Resources without findings</h2>
<div class="table"><table>
<thead><tr><th scope="col">Resource</th><th scope="col">IRI</th><th scope="col">Status</th><th scope="col">Reached by</th></tr></thead>
<tbody>
${rows.map((node) => row(node, page))}</tbody>
</table></div>
${hiddenRows > 0 && markup`<p class="faint">${count(hiddenRows, 'more resource')} without findings.</p>`}
</section>`;
}

function row(node: GraphNode, page: ReportPage): Markup {
  const { index, iri, kind, status = 'not fetched' } = node;
  return markup`<tr id="resource-${index}"><td>${kindSymbol(kind)}${truncate(nodeLabel(node), 120)}</td><td>${iriText(iri)}</td><td>${status}</td><td>${reachedBy(node, page)}</td></tr>
`;
}

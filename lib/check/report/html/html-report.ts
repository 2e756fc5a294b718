import type { CheckPage } from '../../checks.js';
import type { ResourceKind } from '../../survey.js';
import { cut } from '../harmless.js';
import { linkGraph } from '../link-graph.js';
import { Markup, markup } from '../markup.js';
import { findingCounts, LEVELS, summaryOf } from '../result.js';
import type { CheckResult, CheckSummary } from '../result.js';
import { checksSection } from './checks-section.js';
import { findingsSection } from './findings-section.js';
import { graphSvg } from './graph-svg.js';
import { KIND_NOUNS, kindSymbol } from './kinds.js';
import { Page } from './page.js';
import { PAGE_STYLE } from './page-style.js';
import { iriText, resourcesSection } from './resources-section.js';

/** How a page is written. */
export interface HtmlReportOptions {
  /** The checks that were made, so that those show which found nothing; by default those that found something. */
  readonly checks?: readonly Pick<CheckPage, 'name' | 'summary'>[];
  /** When the check was made, to be shown. */
  readonly date?: Date;
}

/** Nothing is fetched, run or sent by the page, whatever an API has put into it. */
const POLICY = new Markup(
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
);

const STYLE = new Markup(PAGE_STYLE);

const LEGEND = markup`<ul class="legend" aria-label="Legend">${Object.keys(KIND_NOUNS).map((kind) => markup`<li>${kindSymbol(kind as ResourceKind)}${kind}</li>`)}<li>number: findings, coloured by the worst</li><li>solid: how a resource is first reached; dashed: other links; dotted: not followed</li></ul>`;

/**
 * Writes a result as one page of HTML, which is XML as well, on its own: without scripts and without
 * anything from outside. Its size is bounded, however large the API is.
 */
export function htmlReport(result: CheckResult, { checks = [], date }: HtmlReportOptions = {}): string {
  const page = new Page(linkGraph(result));
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
<title>${`${verdictOf(summary)} – ${cut(start, 200)}`}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<p class="eyebrow">shoji check${date && ` · ${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`}</p>
<h1>${iriText(start)}</h1>
<p class="verdict ${LEVELS.find((level) => summary[`${level}s`] > 0)}">${verdictOf(summary)}</p>
${summary.unfinished !== undefined && markup`<p class="unfinished">The walk did not come to its end: ${cut(summary.unfinished, 500)}</p>`}
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

function verdictOf(summary: CheckSummary): string {
  const { errors, warnings, notes } = summary;
  return errors + warnings + notes === 0 ? 'No findings' : findingCounts(summary);
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

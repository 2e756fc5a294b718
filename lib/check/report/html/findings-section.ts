import type { CheckFinding } from '../../finding.js';
import { cut } from '../harmless.js';
import { nodeLabel } from '../link-graph.js';
import type { GraphNode } from '../link-graph.js';
import { markup } from '../markup.js';
import type { Markup } from '../markup.js';
import { count } from '../result.js';
import { kindSymbol } from './kinds.js';
import type { Page } from './page.js';
import { iriText, nodeLink, reachedBy, wayBetween } from './resources-section.js';

/** The most findings that one section lists. */
const FINDINGS = 50;
/** The most links that one section lists. */
const LINKS = 30;

/** Writes a section for each resource that there are findings about, with a way back to its card. */
export function findingsSection(page: Page): Markup | undefined {
  const { sections, hiddenSections } = page;
  if (sections.length === 0) return undefined;
  return markup`<section id="findings" aria-labelledby="findings-heading">
<h2 id="findings-heading">Findings</h2>
${sections.map((node) => article(node, page))}
${hiddenSections > 0 && markup`<p class="faint">${count(hiddenSections, 'more resource')} with findings: the report in JSON lists them all.</p>`}
</section>`;
}

function article(node: GraphNode, page: Page): Markup {
  const { index, iri, kind, status = 'not fetched', findings, worst } = node;
  const hidden = findings.length - FINDINGS;
  return markup`<article id="resource-${index}" class="${worst}" aria-labelledby="heading-${index}">
<h3 id="heading-${index}">${kindSymbol(kind)}${cut(nodeLabel(node), 200)}</h3>
<p class="facts">${iriText(iri)} · ${kind} · ${status} · ${reachedBy(node, page)} · <a href="${page.cardHrefOf(node)}">in the graph</a></p>
<ol class="findings">${findings.slice(0, FINDINGS).map(findingItem)}</ol>
${hidden > 0 && markup`<p class="faint">${count(hidden, 'more finding')} here: the report in JSON lists them all.</p>`}
${linksFrom(node, page)}
</article>
`;
}

function findingItem({ level, check, rule, pointer, message, see }: CheckFinding): Markup {
  return markup`<li><span class="level ${level}">${level}</span>${cut(message, 1000)}
<p class="about">${pointer !== '' && markup`at <code>${cut(pointer, 300)}</code> · `}<a href="#check-${check}">${check}</a>${rule !== check && ` (${rule})`} · see ${cut(see, 200)}</p></li>
`;
}

function linksFrom(node: GraphNode, page: Page): Markup | undefined {
  const edges = page.edgesFrom(node);
  if (edges.length === 0) return undefined;
  const shown = edges.slice(0, LINKS);
  const hidden = edges.length - shown.length;
  const items = shown.map((edge) => markup`<li>${wayBetween(edge)} → ${nodeLink(edge.to, page)}</li>`);
  return markup`<details><summary>${count(edges.length, 'resource')} linked from here</summary><ul>${items}${hidden > 0 && markup`<li>… ${hidden} more</li>`}</ul></details>`;
}

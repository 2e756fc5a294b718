import { cut, isWebIri } from '../harmless.js';
import { edgeLabel, nodeLabel } from '../link-graph.js';
import type { GraphEdge, GraphNode } from '../link-graph.js';
import { markup } from '../markup.js';
import type { Content, Markup } from '../markup.js';
import { count } from '../result.js';
import { kindSymbol } from './kinds.js';
import type { Page } from './page.js';

/** Writes the table of the resources that nothing was found about: the graph in words. */
export function resourcesSection(page: Page): Markup | undefined {
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

function row(node: GraphNode, page: Page): Markup {
  const { index, iri, kind, status = 'not fetched' } = node;
  return markup`<tr id="resource-${index}"><td>${kindSymbol(kind)}${cut(nodeLabel(node), 120)}</td><td>${iriText(iri)}</td><td>${status}</td><td>${reachedBy(node, page)}</td></tr>
`;
}

/** An IRI as a link, where it can be followed without harm; as text otherwise. */
export function iriText(iri: string): Markup {
  const text = markup`<code>${cut(iri, 300)}</code>`;
  return isWebIri(iri) && iri.length <= 2_000 ? markup`<a href="${iri}" rel="noreferrer">${text}</a>` : text;
}

/** A resource's name, with a way to what the page says of it. */
export function nodeLink(node: GraphNode, page: Page): Content {
  const href = page.hrefOf(node);
  const label = cut(nodeLabel(node), 80);
  return href === undefined ? label : markup`<a href="${href}">${label}</a>`;
}

/** What an edge's links are called. */
export function wayBetween(edge: GraphEdge): string {
  return cut(edgeLabel(edge), 120);
}

/** What leads to a resource first, and how many others do. */
export function reachedBy(node: GraphNode, page: Page): Content {
  const [first, ...more] = page.edgesTo(node);
  if (first === undefined) return markup`<span class="none">no link</span>`;
  return markup`${nodeLink(first.from, page)} → ${wayBetween(first)}${more.length > 0 && ` and ${more.length} more`}`;
}

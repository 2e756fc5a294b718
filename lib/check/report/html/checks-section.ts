import type { CheckPage } from '../../checks.js';
import { grouped } from '../grouped.js';
import type { LinkGraph } from '../link-graph.js';
import { markup } from '../markup.js';
import type { Markup } from '../markup.js';
import { LEVELS } from '../result.js';

/** Writes the table of the checks, and how much each of them found. */
export function checksSection(
  { nodes }: LinkGraph,
  checks: readonly Pick<CheckPage, 'name' | 'summary'>[],
): Markup {
  const findingsOf = grouped(
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

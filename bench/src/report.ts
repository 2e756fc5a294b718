import type { Outcome, Row } from './outcome.js';
import { versionOf } from './machine.js';
import type { Spread } from './statistics.js';

const MEGABYTE = 1024 * 1024;

/** One workload as Markdown. */
export function outcomeText(outcome: Outcome): string {
  const { title, name, measure, reference, rows, absent, lessIsBetter } = outcome;
  const served = rows.some((row) => row.served !== undefined);
  const header = served
    ? ['', measure, 'by CPU time', 'memory, MiB', 'status', 'header', 'what it is']
    : ['', measure, 'what it is'];
  const lines = [
    `## ${title}`,
    '',
    `\`${name}\`; ${measure} as ratio to **${reference}**${lessIsBetter ? ', less is better' : ''}: median [quartiles].`,
    '',
    ...table(header, rows.map(served ? servedCells : plainCells)),
  ];
  if (served) lines.push('', saturation(rows));
  if (absent.length > 0) {
    lines.push('', ...absent.map(({ label, reason }) => `- ${label} takes no part: ${reason}.`));
  }
  return `${lines.join('\n')}\n`;
}

/** All that was wanted, and what came of it. */
export function goalsText(outcomes: readonly Outcome[]): string[] {
  const rows = outcomes.flatMap(({ title, measure, goals }) =>
    goals.map(({ of, against, atLeast, atMost, reached }) => {
      const wanted = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
      const isReached = atLeast === undefined ? reached.median <= (atMost ?? 0) : reached.median >= atLeast;
      return [
        title,
        `${of} to ${against}, ${measure}`,
        wanted,
        spreadText(reached),
        isReached ? 'reached' : '**not reached**',
      ];
    }),
  );
  if (rows.length === 0) return [];
  return ['## What is wanted', '', ...table(['workload', 'ratio', 'wanted', 'measured', ''], rows), ''];
}

/** The packages that took part, with their versions. */
export function versionsText(outcomes: readonly Outcome[]): string {
  const rows = outcomes.flatMap((outcome) => outcome.rows);
  const names = new Set(rows.flatMap(({ served }) => served?.packages ?? []));
  return [...names]
    .toSorted()
    .map((name) => `${name} ${versionOf(name)}`)
    .join(', ');
}

export function spreadText({ median, lower, upper }: Spread): string {
  return `${median.toFixed(2)} [${lower.toFixed(2)}–${upper.toFixed(2)}]`;
}

function servedCells({ label, ratio, cpuRatio, served, note }: Row): string[] {
  const { memory, status, differs } = served ?? {};
  const megabytes = (bytes = 0) => Math.round(bytes / MEGABYTE);
  return [
    label,
    spreadText(ratio),
    cpuRatio === undefined ? '' : spreadText(cpuRatio),
    `${megabytes(memory?.atRest)} → ${megabytes(memory?.peak)}`,
    String(status),
    differs ?? '',
    note,
  ];
}

function plainCells({ label, ratio, note }: Row): string[] {
  return [label, spreadText(ratio), note];
}

/** Whether it was the servers that were measured. */
function saturation(rows: readonly Row[]): string {
  const servers = rows.map(({ served }) => served?.serverCpu ?? 0);
  const loads = rows.map(({ served }) => served?.loadCpu ?? 0);
  const percent = (parts: readonly number[]) =>
    `${Math.round(Math.min(...parts) * 100)} to ${Math.round(Math.max(...parts) * 100)} %`;
  return `Servers took ${percent(servers)} of their core, the load ${percent(loads)} of its own.`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)];
}

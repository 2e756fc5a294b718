import type { Answer } from '../exchange.js';
import type { Check, Remark } from './check.js';
import { show, variesBy } from './fields.js';

export const vary: Check = {
  name: 'vary',
  summary: 'where Accept changes the answer, Vary says so',
  explanation:
    'A cache that is not told that an answer depends on Accept gives the one that it has to everybody, whatever ' +
    'they can read.',
  see: 'RFC 9110, section 12.5.5',

  async *ofResource(resource) {
    const answers: Answer[] = [];
    for (const accept of ['application/shoji+json', 'application/json', 'image/png']) {
      answers.push(await resource.ask('GET', { accept }));
    }
    const [shoji, json] = answers;
    if (new Set(answers.map(variant)).size === 1) return;
    const silent = [shoji, json].find(
      (answer) => answer !== undefined && answer.status < 300 && !variesByAccept(answer),
    );
    if (silent !== undefined) yield noVary(silent.headers.get('vary'));
  },
};

function variesByAccept({ headers }: Answer): boolean {
  const names = variesBy(headers.get('vary'));
  return names.has('accept') || names.has('*');
}

/** What Accept may change of an answer. */
function variant({ status, headers }: Answer): string {
  return JSON.stringify([status, headers.get('content-type')]);
}

const noVary = (found: string | undefined): Remark => ({
  rule: 'vary',
  level: 'error',
  message: `the answer depends on Accept, but Vary is ${show(found)}; send "Vary: Accept"`,
});

import type { Check, Remark } from './check.js';

export const unknownVariable: Check = {
  name: 'unknown-variable',
  summary: 'a query variable that no template declares is refused, or ignored, but breaks nothing',
  explanation:
    'Who misspells a variable gets the whole catalog where it is ignored, and believes that it was filtered. An ' +
    'answer of 400 that names the variable says what is wrong; a server error says only that nobody thought of it.',
  see: 'RFC 9110, section 15.5.1',

  async *ofResource(resource) {
    const { iri, depth } = resource;
    if (resource.isPage) return;
    const asked = `${iri}${iri.includes('?') ? '&' : '?'}${VARIABLE}=1`;
    const { status } = await resource.ask('GET', {}, asked);
    if (status >= 500) yield failed(status, asked);
    // One API treats them all alike: that they are ignored is told once.
    else if (status < 300 && depth === 0) yield ignored(asked);
  },
};

const VARIABLE = 'shoji_check';

const failed = (status: number, asked: string): Remark => ({
  rule: 'unknown-variable-error',
  level: 'error',
  message: `${asked}, which has a query variable that no template declares, is answered with ${status}; answer 400, or ignore it`,
});

const ignored = (asked: string): Remark => ({
  rule: 'unknown-variable-ignored',
  level: 'note',
  message: `${asked} is answered as if the variable, which no template declares, were not there: a misspelt one goes unnoticed; 400 would say so`,
});

import type { TemplateScalar } from '../../protocol/uri-template/uri-template.js';
import { isAlive } from '../walk/known-resource.js';
import type { Check, Remark } from './check.js';
import { show } from './fields.js';

export const agreement: Check = {
  name: 'agreement',
  summary: 'a fragment is what the body of its entity says',
  explanation:
    "An entity's fragments are its values, each on its own. A client that reads a value in one place and writes it in " +
    'the other brings back what is stale where the two differ.',
  see: 'Shoji draft 02, section 1.1',

  *ofApi({ resources, links }) {
    for (const { iri, self, scalars } of resources.values()) {
      // What a document says under the name of another is told of as that.
      if (self !== iri) continue;
      for (const { member, name, to, pointer, dialect, expansion } of links.get(iri) ?? []) {
        // In the dialect of Crunch, fragments are resources of their own.
        if (member !== 'fragments' || dialect === 'crunch' || name === undefined) continue;
        const target = resources.get(to);
        if (target === undefined || !isAlive(target) || expansion !== undefined) continue;
        const inBody = Object.hasOwn(scalars, name) ? scalars[name] : undefined;
        if (inBody === undefined || target.value === undefined || inBody === target.value) continue;
        yield otherFragment(iri, pointer, inBody, target.value, to);
      }
    }
  },
};

const write = (value: TemplateScalar): string => (typeof value === 'string' ? show(value) : String(value));

const otherFragment = (
  iri: string,
  pointer: string,
  inBody: TemplateScalar,
  alone: TemplateScalar,
  to: string,
): Remark => ({
  rule: 'other-fragment',
  level: 'warning',
  iri,
  pointer,
  message: `"body" says ${write(inBody)}, but the fragment ${to} is ${write(alone)}; give both from one source`,
});

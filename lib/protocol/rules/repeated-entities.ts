import { showPointer } from '../describe.js';
import { quote } from '../json/quote.js';
import { IRI_REFERENCES } from '../sources.js';
import { stringsIn } from './members.js';
import { indexNames } from './references.js';
import { repetitionsIn } from './repetitions.js';
import type { Remark, Subject } from './rule.js';

/** No two entities lead to the same IRI, nor do two names in an `index`. */
export function* repeatedEntities(subject: Subject): Generator<Remark> {
  const { self, entities } = subject.document;
  const lists = [stringsIn(entities, 'entities')];
  if (subject.dialect.name === 'crunch') lists.push(indexNames(subject));
  for (const list of lists) {
    for (const { text, pointer, first } of repetitionsIn(list, self)) {
      yield {
        rule: 'repeated-entity',
        level: 'warning',
        pointer,
        message: `${quote(text)} leads to the same entity as ${showPointer(first)}; list each entity once`,
        see: IRI_REFERENCES,
      };
    }
  }
}

import { error, type Mutation } from './mutation.js';
import { ofKind, type Sites } from './sites.js';
import { leaf } from './tree.js';

/** What is no template; the fault is behind the mark. */
const MALFORMED = [
  'a/{¦',
  'a/{id¦',
  'a/{?id,other¦',
  'a/{id,¦',
  'a/¦}',
  'a/{id}¦}',
  '}{¦',
  'a/{¦}',
  'a/{?¦}',
  'a/{#¦}',
  'a/{¦{id}}',
  'a/{id¦{x}}',
  'a/{?id¦{',
  '{¦!id}',
  '{¦=id}',
  '{¦@id}',
  '{¦|id}',
  '{¦,id}',
  '{¦$id}',
  '{?¦?id}',
  '{+¦/id}',
  '{&¦-id}',
  '{¦ id}',
  '{id¦ }',
  '{id¦ ,x}',
  '{id,¦ x}',
  '{id,¦,x}',
  '{id,¦}',
  '{¦*}',
  '{¦:3}',
  '{.a¦.}',
  '{a¦-b}',
  '{a¦~}',
  '{a¦$b}',
  '{¦é}',
  '{a¦"}',
  '{a¦\n}',
  '{a¦%}',
  '{¦%zz}',
  '{a¦%4}',
  '{a¦/b}',
  '{id:¦}',
  '{id:¦0}',
  '{id:¦01}',
  '{id:¦x}',
  '{id:¦-1}',
  '{id:¦12345}',
  '{id:3¦*}',
  '{id*¦:3}',
  '{id*¦*}',
  '{id*¦x}',
  '{id:3¦x}',
  '{id:1¦.5}',
  'a¦ b/{id}',
  'a¦<{id}',
  'a¦"{id}',
  '{id}¦\\',
  '{id}¦%',
  '{id}¦%zz',
  '{id}¦^',
  '{id}¦`',
  '{id}¦|',
  '{id}/¦\u0001',
];

/** Templates that are none, in every place where one may stand. */
export function* malformedTemplate(sites: Sites): Generator<Mutation> {
  for (const site of ofKind(sites, 'link')) {
    for (const marked of MALFORMED) {
      const value = leaf(marked.replace('¦', ''));
      yield {
        what: `${JSON.stringify(marked)} in ${site.within}`,
        touches: [site.value],
        apply: () => {
          site.replace(value);
          return [error('malformed-template', value, marked.indexOf('¦'))];
        },
      };
    }
  }
}

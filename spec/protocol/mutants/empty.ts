import { error, warning, type Mutation } from './mutation.js';
import { ofKind, textOf, type Sites } from './sites.js';
import { leaf, treeOf } from './tree.js';

/** Names, links and groups that are empty where something must be. */
export function* empty(sites: Sites): Generator<Mutation> {
  yield* emptyNames(sites);
  for (const site of ofKind(sites, 'link')) {
    const value = leaf('');
    yield {
      what: `an empty link in ${site.within}`,
      touches: [site.value],
      apply: () => (site.replace(value), [warning('empty-link', value)]),
    };
  }
  for (const site of ofKind(sites, 'item')) {
    if (textOf(site) === undefined && site.value.kind !== 'table') continue;
    const value = treeOf({});
    yield {
      what: `an empty group at depth ${site.depth}`,
      touches: [site.value],
      apply: () => (site.replace(value), [error('order-group', value)]),
    };
  }
}

function* emptyNames(sites: Sites): Generator<Mutation> {
  for (const { value, within } of ofKind(sites, 'links')) {
    if (value.kind !== 'table') continue;
    yield {
      what: `a link without a name in ${within}`,
      touches: [value],
      apply: () => {
        value.members.push({ name: '', value: leaf('nameless/') });
        return [error('empty-link-name', value)];
      },
    };
    for (const member of value.members) {
      yield {
        what: `the name ${member.name} in ${within} made empty`,
        touches: [value],
        apply: () => {
          member.name = '';
          return [error('empty-link-name', value)];
        },
      };
    }
  }
}

import { warning, type Mutation } from './mutation.js';
import { ofKind, textOf, type Site, type Sites } from './sites.js';
import { leaf, type Leaf } from './tree.js';

/** IRIs that are no safe links. */
const UNSAFE = [
  'javascript:alert(1)',
  'JavaScript:void%200',
  'data:text/html,hello',
  'vbscript:x',
  'file:///etc/passwd',
  'blob:https://cellar.example/1',
  'C:/cellar/1',
];

/** IRIs that carry what is nobody's business. */
const TELLTALE = ['https://ada@cellar.example/', 'http://ada:secret@cellar.example:8080/1/?x=@'];

/** IRIs without a "/" at the end of their paths. */
const WITHOUT_SLASH = [
  'https://cellar.example/all',
  '/all',
  '../all',
  'all?page=2',
  '//cellar.example/a/all#here',
];

/** Links that are well-formed, and hardly meant. */
export function* doubtful(sites: Sites): Generator<Mutation> {
  for (const site of ofKind(sites, 'link', 'item', 'iri')) {
    const isReference = site.kind !== 'iri' || site.within === 'self' || site.within === 'entities';
    if (!isReference || textOf(site) === undefined) continue;
    for (const text of UNSAFE) yield put(site, 'unsafe-scheme', leaf(text));
    for (const text of TELLTALE) yield put(site, 'link-credentials', leaf(text));
  }
  const self = sites.all.find(({ within }) => within === 'self');
  if (self === undefined || !sites.all.some(isRelative)) return;
  for (const text of WITHOUT_SLASH) {
    const mutation = put(self, 'self-without-slash', leaf(text));
    // Whether there are relative links to be led astray is for all other members to say.
    yield { ...mutation, touches: [sites.root] };
  }
}

function isRelative(site: Site): boolean {
  return ['link', 'item', 'iri'].includes(site.kind) && /^[\d\w][^:]*$|^\.\.?\//.test(textOf(site) ?? '');
}

function put(site: Site, rule: string, value: Leaf): Mutation {
  return {
    what: `${JSON.stringify(value.value)} in ${site.within}`,
    touches: [site.value],
    apply: () => {
      site.replace(value);
      return [warning(rule, value)];
    },
  };
}

import { error, type Mutation } from './mutation.js';
import { ofKind, textOf, type Site, type Sites } from './sites.js';
import { leaf } from './tree.js';

/** What no IRI may hold, wherever it stands. */
const NOWHERE = [
  ' ',
  '<',
  '>',
  '"',
  '\\',
  '^',
  '`',
  '|',
  '\u0001',
  '\b',
  '\t',
  '\n',
  '\u001F',
  '\u007F',
  '\u0085',
  '\u200E',
  '\u202E',
  '\uFFFE',
  '\u{1FFFF}',
  '%zz',
  '%4-',
  '%4x',
  '%-1',
] as const;

/** Braces make a template of a link, and stand in no IRI. */
const BRACES = ['{', '}', '{?q}', '{id}/'];

/** What is no IRI as a whole; the fault is behind the mark. */
const WHOLE = [
  'http://¦',
  'http://¦/path',
  'https:¦/cellar.example/',
  'http:¦1/',
  'HTTP:¦',
  'http://cellar.example:¦80a/',
  'http://cellar.example:¦65536/',
  'https://cellar.example:¦-1/',
  '//cellar.example:¦8080:9090/',
  'http://¦[::1/',
  'http://¦[1:2]/',
  'http://¦[::g]/',
  'http://¦[1::2::3]/',
  'http://¦[v.x]/',
  '//¦[2001:db8::7]x/',
  'http://¦::1/',
  'http://¦a]b/',
  'http://¦ada[0]@cellar.example/',
  'http://¦a@b@cellar.example/',
  '¦1a:b',
  '¦:',
  '¦::',
  '¦é:b',
  '¦a_b:c/',
  'a/¦[b',
  'a/b¦]',
  'a?¦[0]=1',
  'a?b=¦]',
  'a#b¦#c',
  'a#¦[b]',
  '¦\uE000/',
  'a#¦\u{F0000}',
];

/** IRI references that are none, in every place where one stands. */
export function* malformedIri(sites: Sites): Generator<Mutation> {
  for (const site of ofKind(sites, 'iri', 'link', 'item')) {
    const text = textOf(site);
    if (text === undefined || /[{}]/.test(text)) continue;
    const within = site.kind === 'link' ? NOWHERE : [...NOWHERE, ...BRACES];
    for (const wrong of within) {
      yield put(site, `${wrong}${text}`, wrong, 0);
      if (text !== '') yield put(site, `${text}${wrong}`, wrong, text.length);
    }
    if (text !== '') yield put(site, `${text}%`, '% at the end', text.length);
    for (const marked of WHOLE) {
      const at = Math.max(marked.indexOf('¦'), 0);
      yield put(site, marked.replace('¦', ''), marked, at);
    }
  }
  for (const site of ofKind(sites, 'attributes')) yield* malformedNames(site);
}

function put(site: Site, text: string, wrong: string, at: number): Mutation {
  const value = leaf(text);
  return {
    what: `${JSON.stringify(wrong)} in the ${site.kind} in ${site.within}`,
    touches: [site.value],
    apply: () => {
      site.replace(value);
      return [error('malformed-iri', value, at)];
    },
  };
}

/** The names in an index are IRI references. */
function* malformedNames({ member, value }: Site): Generator<Mutation> {
  if (member === undefined) return;
  const { name } = member;
  const inside = [...NOWHERE, ...BRACES].flatMap((wrong) => [`${wrong}${name}`, `${name}${wrong}`]);
  for (const wrong of [...inside, ...WHOLE.map((marked) => marked.replace('¦', ''))]) {
    yield {
      what: `${JSON.stringify(wrong)} as a name in index`,
      touches: [value],
      apply: () => {
        member.name = wrong;
        return [error('malformed-iri', value)];
      },
    };
  }
}

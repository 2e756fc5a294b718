import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { normaliseIri } from '../../lib/protocol/iri.js';
import { UriTemplate } from '../../lib/protocol/uri-template.js';
import type { TemplateValue, TemplateValues } from '../../lib/protocol/uri-template.js';

/** As plain objects, for comparison: what is matched has no prototypes. */
const match = (template: string, iri: string): unknown => {
  const values = UriTemplate.parse(template).match(iri);
  return values === undefined ? undefined : plain(values);
};
const plain = (values: unknown): unknown => JSON.parse(JSON.stringify(values));

const dotless = (text: string): string => text.replaceAll('.', 'é');

describe('UriTemplate.match', () => {
  const table: [title: string, template: string, iri: string, values: unknown][] = [
    ['literals alone', 'users/', 'users/', {}],
    ['literals in any spelling of percent-encoding', 'é/%7Ea', '%c3%a9/~%61', {}],
    ['raw characters for encoded literals', '%C3%A9{x}', 'éa', { x: 'a' }],
    ['nothing but the whole reference', 'users/', 'users/1', undefined],
    ['no delimiter for its encoded form', 'a/b', 'a%2Fb', undefined],
    ['no other case', 'users/', 'Users/', undefined],

    ['a string', 'users/{id}/', 'users/42/', { id: '42' }],
    ['a string, decoded', '{x}', 'a%20b%2F%c3%A9', { x: 'a b/é' }],
    ['a string of raw characters', '{x}', 'é😀', { x: 'é😀' }],
    ['%25, decoded once', '{x}', '%2541', { x: '%41' }],
    ['an absent string', 'users/{id}/', 'users//', {}],
    ['no delimiter within a string', 'users/{id}/', 'users/a/b/', undefined],
    ['no octets that are no UTF-8', '{x}', '%FF', undefined],
    ['no surrogates encoded as UTF-8', '{x}', '%ED%A0%80', undefined],
    ['a list where there are commas', '{x}', 'a,b%2C,', { x: ['a', 'b,', ''] }],
    ['several variables', '{x,y}', 'a,b', { x: 'a', y: 'b' }],
    ['variables from the left', '{x,y}', 'a', { x: 'a' }],
    ['an empty string before a comma', '{x,y}', ',b', { x: '', y: 'b' }],
    ['what is left over for the last variable', '{x,y}', 'a,b,c', { x: 'a', y: ['b', 'c'] }],
    ['an exploded list', '{x*}', 'a,b', { x: ['a', 'b'] }],
    ['an exploded list of one', '{x*}', 'a', { x: ['a'] }],
    ['an exploded map', '{x*}', 'a=1,b,c=%2C', { x: { a: '1', b: '', c: ',' } }],
    ['no exploded map that has a name twice', '{x*}', 'a=1,a=2', undefined],
    ['no raw = in a string', '{x}', 'a=b', undefined],

    ['all characters under +', '{+x}', 'http://h/?a#b,c', { x: 'http://h/?a#b,c' }],
    ['delimiters under + as they are encoded', '{+x}', 'a%2f%20%C3%A9%FF', { x: 'a%2F é%FF' }],
    ['%25 under + where it begins no octet', '{+x}', '50%25,%252F', { x: '50%,%252F' }],
    ['the least under +', '{+x}/{+y}', 'a/b/c', { x: 'a', y: 'b/c' }],
    ['an exploded list under +', '{+x*}', '/a,b', { x: ['/a', 'b'] }],
    ['variables from the left under +', '{+x,y}', '1,2,3', { x: '1', y: '2,3' }],
    [
      'a value between values',
      'up{+path}{var}/here',
      'up/foo/barvalue/here',
      { path: '/foo/', var: 'barvalue' },
    ],
    ['a fragment', 'a{#x}', 'a#b/c', { x: 'b/c' }],
    ['an empty fragment', 'a{#x}', 'a#', { x: '' }],
    ['an absent fragment', 'a{#x}', 'a', {}],

    ['labels', 'www{.dom*}', 'www.example.com', { dom: ['example', 'com'] }],
    ['labels after the least', '{name}{.ext}', 'a.tar.gz', { name: 'a', ext: 'tar.gz' }],
    ['as many labels as variables', '{.x,y}', '.a.b.c', { x: 'a', y: 'b.c' }],
    ['segments', '{/x,y}', '/a/b', { x: 'a', y: 'b' }],
    ['too many segments', '{/x,y}', '/a/b/c', undefined],
    ['segments of the first expression first', '/user{/id}{/tab}', '/user/1', { id: '1' }],
    ['an empty segment', '{/x}', '/', { x: '' }],
    ['a list of segments before one', '{/x*,y}', '/a/b/c', { x: ['a', 'b'], y: 'c' }],
    ['a list of segments before a prefix', '{/x*,y:4}', '/a/b/%2Ffoo', { x: ['a', 'b'], y: '/foo' }],
    ['a list in a segment', '{/x}', '/a,b', { x: ['a', 'b'] }],
    ['segments before a literal', '{/x*}/here', '/a/b/here', { x: ['a', 'b'] }],

    ['path parameters', '{;x,y,z}', ';x=1;y;z=a,b', { x: '1', y: '', z: ['a', 'b'] }],
    ['path parameters in their order', '{;x,y}', ';y=1;x=2', undefined],
    ['some path parameters', '{;x,y,z}', ';z=1', { z: '1' }],
    ['path parameters whose names begin alike', '{;x,xy}', ';xy=1', { xy: '1' }],
    ['no = before an empty path parameter', '{;x}', ';x=', undefined],
    ['a path parameter of each member', '{;x*}', ';x=1;x;x=2', { x: ['1', '', '2'] }],
    ['a map of path parameters', '{;x*}', ';a=1;b', { x: { a: '1', b: '' } }],

    ['query parameters', '{?x,y}', '?x=1&y=', { x: '1', y: '' }],
    ['query parameters in any order', '{?x,y,z}', '?z=3&x=1', { x: '1', z: '3' }],
    ['no query', 'sellers/{?sold_count}', 'sellers/', {}],
    ['no empty query', 'sellers/{?sold_count}', 'sellers/?', undefined],
    ['no unknown parameter', '{?x}', '?x=1&y=2', undefined],
    ['no parameter without =', '{?x}', '?x', undefined],
    ['no parameter twice', '{?x}', '?x=1&x=1', undefined],
    ['no empty parameter', '{?x}', '?x=1&', undefined],
    ['no raw delimiters in a parameter', '{?x}', '?x=a/b', undefined],
    ['a list in a parameter', '{?x}', '?x=a,b', { x: ['a', 'b'] }],
    ['a parameter of each member', '{?x*}', '?x=a&x=b', { x: ['a', 'b'] }],
    ['one parameter of each member', '{?x*}', '?x=a', { x: ['a'] }],
    ['a map of parameters', '{?x*}', '?a=1&b=', { x: { a: '1', b: '' } }],
    ['a map of parameters, numbers in any order', '{?x*}', '?b=1&2=2&1=3', { x: { 1: '3', 2: '2', b: '1' } }],
    ['no map of parameters that has a name twice', '{?x*}', '?a=1&a=2', undefined],
    ['parameters among a map', '{?x,m*}', '?a=1&x=2&b=3', { x: '2', m: { a: '1', b: '3' } }],
    ['two exploded variables by name', '{?x*,y*}', '?y=1&x=2&y=3', { x: ['2'], y: ['1', '3'] }],
    ['parameters of a later expression', '{?x*}{&y}', '?x=1&x=2&y=3', { x: ['1', '2'], y: '3' }],
    ['parameters of a later expression alone', '{&x*}{&y}', '&y=3', { y: '3' }],
    ['a map before parameters', '{?m*}{&y}', '?a=1&y=3', { m: { a: '1' }, y: '3' }],
    ['a map after parameters', '{?y}{&m*}', '?y=3&a=1&b=2', { y: '3', m: { a: '1', b: '2' } }],
    ['parameters after a query', '?fixed=yes{&x}', '?fixed=yes&x=1', { x: '1' }],
    ['parameters whose names are encoded', '{?%41}', '?A=1', { '%41': '1' }],
    ['a query and a fragment', '{?q}{#f}', '?q=1#?q=2', { q: '1', f: '?q=2' }],

    ['a prefix as the value', '{x:3}', 'abc', { x: 'abc' }],
    ['no more than a prefix', '{x:3}', 'abcd', undefined],
    ['characters for a prefix', '{x:2}', '😀%C3%A9', { x: '😀é' }],
    ['a prefix and its whole', '{/var:1,var}', '/v/value', { var: 'value' }],
    ['a whole and its prefix', '{/var,var:1}', '/value/v', { var: 'value' }],
    ['no prefix of another value', '{/var:1,var}', '/w/value', undefined],
    ['the longest prefix', '{x:1}/{x:3}', 'a/abc', { x: 'abc' }],
    ['one variable twice', '{x}/{x}', 'a/a', { x: 'a' }],
    ['one variable with two values', '{x}/{x}', 'a/b', undefined],
    ['one variable twice in a query', '{?x,x}', '?x=1&x=1', { x: '1' }],

    ['absent rather than empty', '{a}{b}', 'xyz', { b: 'xyz' }],
    ['a prefix as far as it must', '{y}{x:1}', 'abc', { y: 'ab', x: 'c' }],
    ['nothing in nothing', '', '', {}],
    ['nothing in something', '', 'a', undefined],
  ];
  for (const [title, template, iri, values] of table) {
    it(`reads ${title}: ${template} and ${iri}`, () => {
      assert.deepEqual(match(template, iri), values === undefined ? undefined : plain(values));
    });
  }

  it('finds nothing in what is no IRI reference', () => {
    for (const iri of [
      'a b',
      '<',
      '"',
      '\\',
      '^',
      '`',
      '{x}',
      '|',
      '%',
      '%4',
      '%zz',
      '\0',
      '\u{7F}',
      '\u{D83D}',
    ]) {
      assert.equal(match('{+x}', iri), undefined, iri);
    }
  });

  it('gives values that no name can turn against it', () => {
    const values = UriTemplate.parse('{__proto__}{?constructor*}').match('a?__proto__=b');
    assert.ok(values);
    assert.equal(Object.getPrototypeOf(values), null);
    assert.deepEqual(Object.keys(values), ['__proto__', 'constructor']);
    assert.deepEqual(Object.entries(values['constructor'] ?? {}), [['__proto__', 'b']]);
    assert.equal(({} as Record<string, unknown>)['b'], undefined);
  });

  describe('does not backtrack', () => {
    // Tried one way after another, each of these takes more steps than there is time.
    const long = 5000;
    it('over many values beside each other', () => {
      assert.equal(match('{+a}{+b}{+c}{+d}{+e}{+f}{+g}{+h}x', 'y'.repeat(long)), undefined);
    });

    it('over many lists', () => {
      assert.equal(match('{a*}{b*}{c*}{d*}{e*}x', 'y,'.repeat(long)), undefined);
      assert.equal(match('{/a*}{/b*}{/c*}{/d*}{/e*}x', '/y'.repeat(long)), undefined);
    });

    it('over prefixes', () => {
      assert.equal(match('{a:500}{b:500}{c:500}x', 'y'.repeat(long)), undefined);
    });

    it('over parameters', () => {
      assert.equal(match('{?a*,b*,c*}x', `?${'a=1&z=2&'.repeat(long)}`), undefined);
    });

    it('and finds what is there', () => {
      const text = 'y'.repeat(long);
      assert.deepEqual(match('{+a}{+b}{+c}{+d}x', `${text}x`), { d: text });
    });
  });

  /*
   * A template "allows it", as the method's documentation defines: expressions are kept apart by a
   * delimiter that no value has, values under + and # come last, members are told from names, and
   * nothing is lost to a prefix.
   */
  it('gives back what was expanded, where the template allows it', () => {
    const text = fc.string({ unit: 'binary', maxLength: 5 });
    const full = fc.string({ unit: 'binary', minLength: 1, maxLength: 5 });
    // Not an index, which would come first in any object, and not a variable's name.
    const key = text.map((any) => `k${any}`);
    const list = fc.array(text, { minLength: 2, maxLength: 4 });
    const map = fc.dictionary(key, full, { minKeys: 1, maxKeys: 3 });

    type Piece = readonly [template: string, values: Record<string, TemplateValue>];
    const single = (name: string, operator: string): fc.Arbitrary<Piece> => {
      const string = operator === '' ? full : text;
      const plainValue = fc
        .oneof(string, list)
        .map((value): Piece => [`{${operator}${name}}`, { [name]: value }]);
      const dots = (value: readonly string[] | Record<string, string>): TemplateValue =>
        operator !== '.'
          ? value
          : Array.isArray(value)
            ? value.map(dotless)
            : Object.fromEntries(Object.entries(value).map((pair) => pair.map(dotless)));
      const one = string.map((member) => [member]);
      const exploded = fc
        .oneof(one, list, map)
        .map((value): Piece => [`{${operator}${name}*}`, { [name]: dots(value) }]);
      return fc.oneof(plainValue, exploded);
    };
    const positional = (name: string, operator: string): fc.Arbitrary<Piece> =>
      fc.tuple(full, full, fc.nat(2)).map(([x, y, count]): Piece => {
        const names = [`${name}x`, `${name}y`];
        const values = [x, y].map((value) => (operator === '.' ? dotless(value) : value));
        const pairs = names.map((key_, index) => [key_, values[index]] as const).slice(0, count);
        return [`{${operator}${names.join()}}`, Object.fromEntries(pairs)];
      });
    const parameters = (name: string, operator: string): fc.Arbitrary<Piece> =>
      fc
        .record(
          { [`${name}x`]: fc.oneof(text, list), [`${name}y`]: fc.oneof(list, map) },
          { requiredKeys: [] },
        )
        .map((values): Piece => [`{${operator}${name}x,${name}y*}`, values]);
    const piece = (name: string): fc.Arbitrary<Piece> =>
      fc.oneof(
        fc.constantFrom('', '.', '/', ';', '?', '&').chain((operator) => single(name, operator)),
        fc.constantFrom('', '.', '/').chain((operator) => positional(name, operator)),
        fc.constantFrom(';', '?', '&').chain((operator) => parameters(name, operator)),
      );
    const unescaped = full.map((any) => any.replaceAll('%', 'é'));
    const last = fc.oneof(
      fc.constantFrom('+', '#').chain((operator) =>
        fc.oneof(
          unescaped.map((z): Piece => [`{${operator}z}`, { z }]),
          fc
            .array(unescaped, { minLength: 1, maxLength: 3 })
            .map((z): Piece => [`{${operator}z*}`, { z: z.map((any) => any.replaceAll(',', 'é')) }]),
        ),
      ),
      fc.constant<Piece>(['', {}]),
    );
    fc.assert(
      fc.property(piece('a'), piece('b'), piece('c'), last, (a, b, c, z) => {
        const pieces = [a, b, c, z];
        const template = UriTemplate.parse(pieces.map(([any]) => any).join('@'));
        const values: TemplateValues = Object.assign({}, ...pieces.map(([, any]) => any));
        const iri = template.expand(values);
        const found = template.match(iri);
        assert.ok(found, `${template.text} does not match ${iri}`);
        assert.deepEqual(plain(found), plain(values), `${template.text} of ${iri}`);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives back some values for every expansion, which expand to it', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('ab.,=&;/?#é%')), maxLength: 4 });
    const key = text.map((any) => `k${any}`);
    const composite = fc.oneof(fc.array(text, { maxLength: 3 }), fc.dictionary(key, text, { maxKeys: 3 }));
    const values = fc.record<Record<string, TemplateValue>>(
      { p: text, q: text, r: fc.oneof(text, composite), s: composite },
      { requiredKeys: [] },
    );
    const sign = fc.constantFrom('', '+', '#', '.', '/', ';', '?', '&');
    // Each variable once, and the exploded one kept apart: the method's documentation says why.
    const template = fc
      .tuple(
        fc.shuffledSubarray(['p', 'q:2', 'r']),
        fc.array(fc.tuple(sign, fc.nat(2), fc.constantFrom('', '/', 'a', '.', '?', '&'))),
        sign.map((operator) => `@{${operator}s*}`),
      )
      .map(([variables, cuts, last]) => {
        const left = [...variables];
        const expressions = cuts.map(([operator, more, literal]) => {
          const taken = left.splice(0, more + 1);
          return taken.length === 0 ? literal : `{${operator}${taken.join()}}${literal}`;
        });
        return expressions.join('') + last;
      });
    fc.assert(
      fc.property(template, values, (any, given) => {
        // A dot in a map's member begins another member, maybe with a name that is taken.
        fc.pre(!(any.endsWith('@{.s*}') && JSON.stringify(given['s'] ?? '').includes('.')));
        const parsed = UriTemplate.parse(any);
        const iri = parsed.expand(given);
        const found = parsed.match(iri);
        assert.ok(found, `${any} does not match ${iri}`);
        assert.equal(spell(parsed.expand(found)), spell(iri), any);
      }),
      { numRuns: 2000 },
    );
  });
});

/** One spelling for references that differ in percent-encoding or in the order of parameters. */
function spell(iri: string): string {
  const parameters = normaliseIri(`?${iri.replaceAll('#', '?')}`).split('&');
  return parameters.length === 1 ? parameters.join() : parameters.join('?').split('?').toSorted().join('&');
}

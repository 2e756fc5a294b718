import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { nameLinks } from '../../lib/protocol/convert/draft-01.js';
import type { UnnamedLink } from '../../lib/protocol/convert/draft-01.js';
import { UriTemplate } from '../../lib/protocol/uri-template/uri-template.js';

const catalogs = (...targets: readonly string[]): readonly string[] =>
  nameLinks(targets.map((target) => ({ member: 'catalogs', target })));

describe('nameLinks', () => {
  describe('names a link by where it leads', () => {
    const cases: readonly (readonly [target: string, name: string])[] = [
      ['bills', 'bills'],
      ['bills/', 'bills'],
      ['/api/bills/', 'bills'],
      ['http://example.org/api/bills/', 'bills'],
      ['../bills/', 'bills'],
      ['sold_counts', 'sold counts'],
      ['caf%C3%A9/', 'café'],
      ['café/', 'café'],
      ['a%20%20b', 'a b'],
      ['a%2Fb', 'a/b'],
      ['sellers{?sold_count}', 'sellers by sold count'],
      ['sellers/{?sold_count,year}', 'sellers by sold count, year'],
      ['users/{id}/', 'users by id'],
      ['users/{id}/bills/{?year}', 'bills by id, year'],
      ['variables/?type={type}', 'variables by type'],
      ['sellers?active=1&year=2', 'sellers with active=1, year=2'],
      ['sellers#top', 'sellers at top'],
      ['?active', 'with active'],
      ['{?q}', 'by q'],
      ['{+anywhere}', 'by anywhere'],
      ['#top', 'at top'],
      ['', 'self'],
      ['/', '/'],
      ['../', '../'],
      ['_', '_'],
      ['?', '?'],
      ['http://example.org', 'example.org'],
      ['http://someone:secret@example.org:8080/', 'example.org:8080'],
      ['urn:isbn:0451450523', 'isbn:0451450523'],
      ['%FF', '%FF'],
      ['%00', '%00'],
      ['a%E2%80%AEb', 'a%E2%80%AEb'],
      ['__proto__', 'proto'],
      ['1/', '1'],
    ];
    for (const [target, name] of cases) {
      it(`"${target}": "${name}"`, () => assert.deepEqual(catalogs(target), [name]));
    }
  });

  it('gives all of those longer names that would have the same', () => {
    assert.deepEqual(catalogs('/users/bills/', '/sellers/bills/', 'other/'), [
      'users/bills',
      'sellers/bills',
      'other',
    ]);
    assert.deepEqual(catalogs('http://a.example/x/', 'http://b.example/x/'), ['a.example/x', 'b.example/x']);
    assert.deepEqual(catalogs('bills', 'bills/'), ['bills', 'bills/']);
    assert.deepEqual(catalogs('x{?q}', 'x{&q}'), ['x{?q}', 'x{&q}']);
    assert.deepEqual(catalogs('proto', '__proto__', 'proto/'), ['proto', '__proto__ in catalogs', 'proto/']);
    assert.deepEqual(catalogs('', 'self'), ['this document', 'self']);
  });

  it('takes no more than a few segments, however long the path', () => {
    const path = 'a/'.repeat(20_000);
    assert.deepEqual(catalogs(`${path}x/`, `b/${path}x/`), [`${path}x/`, `b/${path}x/`]);
  });

  const segment = fc.constantFrom(
    'a',
    'b',
    'a_b',
    'a%20b',
    '__proto__',
    '%FF',
    '..',
    '.',
    '',
    '_',
    '1',
    'é',
    'in',
  );
  const target = fc
    .record({
      start: fc.constantFrom('', '/', 'http://h', 'http://h/', 'x:'),
      segments: fc.array(segment, { maxLength: 6 }),
      end: fc.constantFrom('', '/', '?', '?a=b', '#f', '{?a}', '{?a,b}', '{a}', '/{a}'),
    })
    .map(({ start, segments, end }) => start + segments.join('/') + end)
    .filter((text) => !text.includes('{') || UriTemplate.check(text) === undefined);
  const links: fc.Arbitrary<UnnamedLink[]> = fc.uniqueArray(
    fc.record({ member: fc.constantFrom('catalogs', 'fragments', 'views'), target }),
    { selector: (link) => `${link.member} ${link.target}`, maxLength: 20 },
  );

  it('gives no two links one name, and none that is empty or reaches a prototype', () => {
    fc.assert(
      fc.property(links, (unnamed) => {
        const names = nameLinks(unnamed);
        assert.equal(new Set(names).size, unnamed.length);
        assert.ok(!names.includes('') && !names.includes('__proto__'));
      }),
    );
  });

  it('gives names that do not depend on the order of links', () => {
    const shuffled = links.chain((unnamed) =>
      fc.tuple(fc.constant(unnamed), fc.shuffledSubarray(unnamed, { minLength: unnamed.length })),
    );
    fc.assert(
      fc.property(shuffled, ([unnamed, others]) => {
        const byLink = (all: readonly UnnamedLink[]) => {
          const names = nameLinks(all);
          // Maps are equal whatever the order of their entries.
          return new Map(all.map(({ member, target: to }, index) => [`${member} ${to}`, names[index]]));
        };
        assert.deepEqual(byLink(unnamed), byLink(others));
      }),
    );
  });

  it('gives links the names that they have alone, where no two of those are the same', () => {
    fc.assert(
      fc.property(links, (unnamed) => {
        const alone = unnamed.flatMap((link) => nameLinks([link]));
        const firstOf = unnamed.filter((_, index) => alone.indexOf(alone[index] ?? '') === index);
        assert.deepEqual(nameLinks(firstOf), [...new Set(alone)]);
      }),
    );
  });
});

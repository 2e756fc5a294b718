import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Catalog, DeclarationError, Entity, Fragment, View, shoji } from '../../../lib/index.js';
import { Item, assertFound, findingsOf } from './declared.js';

class Users extends Catalog.of(Item, { iri: 'users/' }) {}
class Home extends Catalog.of({ iri: '/' }) {
  static catalogs() {
    return { users: Users };
  }
}
class Counts extends View.of({ iri: 'counts' }) {
  value() {
    return [];
  }
}
class Part extends Fragment.of({ iri: 'part' }) {}

describe('declaration: what shoji() is given', () => {
  const given: readonly [string, unknown, RegExp][] = [
    ['an entity class', [Item], /found the Entity class Item; give it to Catalog\.of\(\)/],
    ['a fragment class', [Part], /found the Fragment class Part; put it into the fragments/],
    ['a base class', [Catalog], /found Catalog itself; extend it/],
    ['nothing', undefined, /found undefined/],
    ['an empty array', [], /at least one class that extends Catalog or View; found an empty array/],
    ['an object', { users: Users }, /found \{ users: \[Function: Users\]/],
    ['a string', 'users/', /found "users\/"/],
    [
      'a class that is not defined yet',
      [Users, undefined],
      /found undefined \(a class that is not defined yet\?/,
    ],
  ];
  for (const [what, resources, message] of given) {
    it(`cannot be ${what}`, () => assertFound(findingsOf(resources), [{ class: 'shoji()' }, message]));
  }

  it('cannot be a view beside a root', () => {
    assertFound(findingsOf([Home, Counts]), [
      { class: 'Counts' },
      /beside the root class Home; put it into its views/,
    ]);
  });

  it('cannot be two roots', () => {
    class Other extends Catalog.of({ iri: '/' }) {}
    assertFound(findingsOf([Home, Other]), [
      { class: 'Other', member: 'iri', iri: '/' },
      /answers the path \/, which Home answers already/,
    ]);
  });

  it('can be one class, several, a root, or the same class twice', () => {
    for (const resources of [Users, [Users, Counts], Home, [Home], [Home, Users], [Users, Users], Counts]) {
      assertFound(findingsOf(resources));
    }
  });
});

describe('declaration: options', () => {
  const options = (name: string) => ({ class: 'shoji()', member: 'options', name });
  const wrong: readonly [string, unknown, RegExp][] = [
    ['stroe', 'memory', /is no option; did you mean "store"\?/],
    ['port', 3000, /is no option$/],
    ['store', 'mysql://db', /"memory", a SQLite file.*or an object that is a Store; found "mysql:\/\/db"/],
    ['store', {}, /an object that is a Store; found \{\}/],
    ['base', 5, /an IRI such as "https:\/\/api\.example\.org"; found 5/],
    ['absoluteLinks', 'yes', /true or false; found "yes"/],
    ['guard', true, /a function; found true/],
    ['caller', 'ada', /a function; found "ada"/],
    [
      'challenge',
      'Bearer realm="',
      /a value of WWW-Authenticate, such as 'Bearer realm="shop"'; found "Bearer realm=\\"/,
    ],
    ['timeout', '30s', /a whole number of milliseconds; found "30s"/],
    ['timeout', 0, /a whole number of milliseconds; found 0/],
    ['bodyLimit', 1.5, /a whole number of bytes; found 1.5/],
    ['bodyLimit', 10n, /a whole number of bytes; found 10n/],
    ['title', ['Users'], /a string; found \[ 'Users' \]/],
    ['description', 5, /a string; found 5/],
  ];
  for (const [name, value, message] of wrong) {
    it(`${name}: ${String(value)} is found`, () => {
      assertFound(findingsOf([Users], { [name]: value }), [options(name), message]);
    });
  }

  for (const base of [
    'api.example.org',
    '/api',
    'ftp://example.org',
    'https://',
    'https://a b/',
    'https://a.example:99999/',
    'https://xn--a.example/',
    'https://example.org/?q',
    'https://example.org/#f',
  ]) {
    it(`base cannot be ${base}`, () => {
      assertFound(findingsOf([Users], { base }), [
        { ...options('base'), iri: base },
        /an absolute http or https IRI without query or fragment/,
      ]);
    });
  }

  for (const base of [
    'https://ada:secret@example.org/',
    'http://ada@example.org',
    'https://@example.org/v1',
  ]) {
    it(`base cannot be ${base}, which has a user`, () => {
      const iri = base.replace(/\/\/.*@/, '//…@');
      assertFound(findingsOf([Users], { base }), [{ ...options('base'), iri }, /without user and password/]);
    });
  }

  for (const base of [
    'https://api.example.org',
    'https://api.example.org/',
    'http://localhost:3000/v1',
    'https://例え.jp/',
  ]) {
    it(`base can be ${base}`, () => assertFound(findingsOf([Users], { base, absoluteLinks: true })));
  }

  it('absoluteLinks needs a base', () => {
    assertFound(findingsOf([Users], { absoluteLinks: true }), [
      options('base'),
      /is missing: absoluteLinks needs it/,
    ]);
  });

  it('are an object', () => {
    assertFound(findingsOf([Users], null), [
      { class: 'shoji()', member: 'options' },
      /must be an object; found null/,
    ]);
    assertFound(findingsOf([Users], 'memory'), [{ class: 'shoji()', member: 'options' }, /found "memory"/]);
  });

  it('that describe the root are not for a root that is given', () => {
    assertFound(findingsOf(Home, { title: 'Home' }), [
      options('title'),
      /write it among the options of the root class Home/,
    ]);
  });
});

describe('declaration: findings', () => {
  it('come all at once, each once, and none that another one causes', () => {
    class User extends Entity.of({
      body: Type.Object({ name: Type.String() }),
      fragments: { name: 'nmae' },
      titel: 'User',
    } as never) {}
    class Sellers extends Catalog.of({ iri: 'sellers', query: Type.Object({ count: Type.Integer() }) }) {}
    class Broken extends Catalog.of(User, { iri: 'users/', title: 5 as unknown as string }) {
      static catalogs() {
        return { sellers: Sellers, again: 'sellers/{?cuont}', ghost: 'https://example.org/' };
      }
      static views() {
        return { ghost: Counts };
      }
    }
    const found = findingsOf([Broken]);
    assertFound(
      found,
      [{ class: 'Broken', member: 'title' }, /must be a string/],
      [{ class: 'User', member: 'titel' }, /did you mean "title"/],
      [{ class: 'User', member: 'fragments', name: 'name', iri: 'nmae' }, /did you mean "name"/],
      [{ class: 'Sellers', member: 'iri', iri: 'sellers' }, /write "sellers\/"/],
      [{ class: 'Broken', member: 'views', name: 'ghost' }, /stands in catalogs too/],
      [
        { class: 'Broken', member: 'catalogs', name: 'again', iri: 'sellers/{?cuont}' },
        /did you mean "count"/,
      ],
    );
    assert.throws(
      () => shoji([Broken]),
      (error) => {
        assert.ok(error instanceof DeclarationError);
        const lines = error.message.split('\n');
        assert.equal(lines[0], '6 declarations are wrong:');
        assert.equal(lines.length, 7);
        assert.match(
          lines[6] ?? '',
          /^- Broken\.catalogs\["again"\] "sellers\/\{\?cuont\}": the variable cuont /,
        );
        return true;
      },
    );
  });

  it('of one thing are told as one', () => {
    class Broken extends Catalog.of({ iri: 'broken' }) {}
    assert.throws(
      () => shoji([Broken]),
      /^DeclarationError: 1 declaration is wrong:\n- Broken\.iri "broken": /,
    );
  });

  it('are none where everything is right', () => {
    class Motto extends Fragment.of({ iri: 'motto', schema: Type.String() }) {
      value() {
        return '';
      }
      replace(value: unknown) {
        return value;
      }
    }
    class Lines extends Catalog.of(
      class Line extends Item.of({ ...Item.options, iri: '{line}/', methods: ['GET', 'PUT'] }) {},
      { iri: 'lines/' },
    ) {}
    class Orders extends Catalog.of(
      class Order extends Item.of({
        ...Item.options,
        title: 'Order',
      }) {
        static fragments() {
          return { name: 'name', 'how many': 'count', elsewhere: 'https://example.org/{x}' };
        }
        static catalogs() {
          return { lines: Lines, siblings: '../', root: '/' };
        }
        static views() {
          return { counts: Counts };
        }
      },
      {
        iri: 'orders/{?count,limit}',
        title: 'Orders',
        query: Type.Object({
          count: Type.Optional(Type.Integer()),
          limit: Type.Optional(Type.Integer()),
        }),
        catalogs: { few: '{?limit}', five: './?limit=5', other: 'https://example.org/{?q*}' },
        ids: 'integer',
      },
    ) {
      static fragments() {
        return { motto: Motto, again: 'motto' };
      }
      list() {
        return [];
      }
    }
    assertFound(
      findingsOf([Orders, Counts], {
        title: 'Shop',
        description: 'All of it',
        base: 'https://shop.example/v1',
        store: 'memory',
      }),
    );
  });
});

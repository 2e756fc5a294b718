import { Type } from 'typebox';
import { Catalog, Entity, Fragment, View } from '../../lib/index.js';
import { Item, assertFound, findingsOf } from './declared.js';

class Sellers extends Catalog.of({
  iri: 'sellers/',
  entities: '../{id}/',
  query: Type.Object({ sold_count: Type.Optional(Type.Integer()) }),
}) {
  list() {
    return [];
  }
}

class Counts extends View.of({
  iri: 'counts{?min}',
  query: Type.Object({ min: Type.Optional(Type.Integer()) }),
}) {
  value() {
    return [];
  }
}

/** Users whose catalogs, fragments and views are those that are given, beside what there is to link to. */
function usersWith(maps: { catalogs?: object; fragments?: object; views?: object }) {
  return class Users extends Catalog.of(class User extends Item {}, { iri: 'users/' }) {
    static catalogs() {
      return { sellers: Sellers, ...maps.catalogs };
    }
    static fragments() {
      return { ...maps.fragments };
    }
    static views() {
      return { counts: Counts, ...maps.views };
    }
  };
}

describe('declaration: links', () => {
  const wrong: readonly [string, 'catalogs' | 'fragments' | 'views', string, RegExp][] = [
    [
      'leads to no resource',
      'catalogs',
      'seller/',
      /no declared resource \(\/users\/seller\/\); did you mean "\/users\/sellers\/"\?/,
    ],
    [
      'leads to nothing like a resource',
      'catalogs',
      '/warehouses-of-the-north/',
      /no declared resource \(\/warehouses-of-the-north\/\)$/,
    ],
    ['climbs above the root', 'catalogs', '../../../sellers/', /climbs above the root/],
    [
      'lacks the slash',
      'catalogs',
      'sellers{?sold_count}',
      /only by a redirect: its path is \/users\/sellers\/, with the slash/,
    ],
    ['has a slash too many', 'views', 'counts/', /its path is \/users\/counts, without the slash/],
    [
      'has a query variable that the target lacks',
      'catalogs',
      'sellers/{?sold_cout}',
      /variable sold_cout is none that Sellers declares.*it declares sold_count\); did you mean "sold_count"\?/,
    ],
    [
      'has a literal query that the target lacks',
      'catalogs',
      'sellers/?kind=new',
      /variable kind is none that Sellers declares/,
    ],
    [
      'has a query where the target has none',
      'catalogs',
      '../{?page}',
      /variable page is none that shoji\(\) declares in its query \(it declares none\)/,
    ],
    [
      'has a path variable of another name',
      'catalogs',
      '{user}/',
      /variable user is none that User declares; write \{id\}, as in \/users\/\{id\}\//,
    ],
    ['is malformed', 'catalogs', 'sellers/{?a', /\{/],
    ['is an external template that is malformed', 'catalogs', 'https://example.org/{?a', /\{/],
    ['has a fragment identifier', 'views', 'counts#top', /never reaches a server/],
    [
      'leads to a view',
      'catalogs',
      'counts',
      /leads to Counts, which is no catalog but a view; put it into views/,
    ],
    [
      'leads to a catalog',
      'views',
      'sellers/',
      /leads to Sellers, which is no view but a catalog; put it into catalogs/,
    ],
    [
      'leads to an entity',
      'views',
      '{id}/',
      /leads to User, which is no view but an entity; list it in entities/,
    ],
  ];
  for (const [what, map, iri, message] of wrong) {
    it(`lead to a finding where there is one that ${what}`, () => {
      const found = findingsOf([usersWith({ [map]: { 'the link': iri } })]);
      assertFound(found.slice(0, 1), [{ class: 'Users', member: map, name: 'the link', iri }, message]);
    });
  }

  it('that lead out of the API are let be, as templates too', () => {
    assertFound(
      findingsOf([usersWith({ catalogs: { other: 'https://example.org/{?q}', near: '//example.org/' } })]),
    );
  });

  it('that lead out of the API have to be IRIs', () => {
    const found = findingsOf([usersWith({ catalogs: { other: 'https://exa mple.org/' } })]);
    assertFound(found, [
      { class: 'Users', member: 'catalogs', name: 'other', iri: 'https://exa mple.org/' },
      /space|character|%20/i,
    ]);
  });

  it('bring no second finding where the target is what is wrong', () => {
    class Broken extends Catalog.of({ iri: 'broken/{?' }) {
      static catalogs() {
        return { inner: Sellers };
      }
    }
    const found = findingsOf([
      usersWith({ catalogs: { broken: Broken, again: 'broken/', deeper: 'broken/sellers/' } }),
    ]);
    assertFound(found, [{ class: 'Broken', member: 'iri', iri: 'broken/{?' }, /./]);
  });

  it('bring no second finding where the query of the target is no schema', () => {
    class Odd extends Catalog.of({ iri: 'odd/', query: Type.String() }) {}
    const found = findingsOf([usersWith({ catalogs: { odd: Odd, again: 'odd/{?a}' } })]);
    assertFound(found, [
      { class: 'Odd', member: 'query' },
      /an object with one property a variable; its type is "string"/,
    ]);
  });
});

describe('declaration: what a map holds', () => {
  it('has each name once in a document', () => {
    assertFound(findingsOf([usersWith({ catalogs: { counts: 'sellers/' } })]), [
      { class: 'Users', member: 'views', name: 'counts' },
      /the name stands in catalogs too.*rename one/,
    ]);
  });

  it('has to have names', () => {
    assertFound(findingsOf([usersWith({ catalogs: { '': 'sellers/' } })]), [
      { class: 'Users', member: 'catalogs', name: '' },
      /a link needs a name/,
    ]);
  });

  class Plain {}
  class Part extends Fragment.of({ iri: 'part' }) {
    value() {
      return 1;
    }
  }
  const strangers: readonly [string, 'catalogs' | 'fragments' | 'views', unknown, RegExp][] = [
    [
      'an entity class among catalogs',
      'catalogs',
      Item,
      /a class that extends Catalog, or an IRI; found the Entity class Item/,
    ],
    ['a view class among catalogs', 'catalogs', Counts, /found the View class Counts/],
    [
      'a catalog class among views',
      'views',
      Sellers,
      /a class that extends View, or an IRI; found the Catalog class Sellers/,
    ],
    ['a fragment class among views', 'views', Part, /found the Fragment class Part/],
    [
      'a view class among fragments',
      'fragments',
      Counts,
      /a class that extends Fragment, or an IRI; found the View class Counts/,
    ],
    ['a class that extends nothing', 'catalogs', Plain, /found the function Plain/],
    ['a base class', 'catalogs', Catalog, /found Catalog itself; extend it/],
    ['a number', 'catalogs', 5, /found 5/],
    ['null', 'views', null, /found null/],
    ['an object', 'views', { iri: 'x' }, /found \{ iri: 'x' \}/],
    [
      'a class that is not defined yet',
      'catalogs',
      undefined,
      /found undefined \(a class that is not defined yet\? link to it by its IRI instead\)/,
    ],
  ];
  for (const [what, map, value, message] of strangers) {
    it(`is not ${what}`, () => {
      assertFound(findingsOf([usersWith({ [map]: { 'the link': value } })]), [
        { class: 'Users', member: map, name: 'the link' },
        message,
      ]);
    });
  }
});

describe('declaration: fragments', () => {
  const withFragments = (fragments: object) => {
    class User extends Item {
      static fragments() {
        return fragments as Record<string, string>;
      }
    }
    return class Users extends Catalog.of(User, { iri: 'users/' }) {};
  };

  it('name members of the body', () => {
    assertFound(findingsOf([withFragments({ 'the name': 'nmae' })]), [
      { class: 'User', member: 'fragments', name: 'the name', iri: 'nmae' },
      /"nmae" is no member of the body \(it has name, count\); did you mean "name"\?/,
    ]);
  });

  it('name members of the body by a class too', () => {
    class Name extends Fragment.of({ member: 'nmae' }) {}
    assertFound(findingsOf([withFragments({ 'the name': Name })]), [
      { class: 'User', member: 'fragments', name: 'the name' },
      /did you mean "name"\?/,
    ]);
  });

  it('are not looked for in a body that is missing', () => {
    class User extends Entity.of({ fragments: { name: 'name' } } as never) {}
    class Users extends Catalog.of(User, { iri: 'users/' }) {}
    assertFound(findingsOf([Users]), [
      { class: 'User', member: 'body' },
      /is missing: declare the JSON Schema/,
    ]);
  });

  it('have to have something to serve', () => {
    class Empty extends Fragment.of({ iri: 'empty' }) {}
    assertFound(findingsOf([withFragments({ empty: Empty })]), [
      { class: 'User', member: 'fragments', name: 'empty' },
      /Empty names no member of an entity's body \(option member\) and does not override value\(\)/,
    ]);
  });

  it('of a catalog are no members', () => {
    class Name extends Fragment.of({ member: 'name' }) {}
    assertFound(findingsOf([usersWith({ fragments: { name: Name } })]), [
      { class: 'Users', member: 'fragments', name: 'name' },
      /does not override value\(\)/,
    ]);
  });
});

describe('declaration: the entities that a catalog lists', () => {
  const listing = (entity: unknown) => {
    class Listing extends Catalog.of({ iri: 'listing/', entities: entity as string }) {}
    return usersWith({ catalogs: { listing: Listing } });
  };
  const where = (iri: string) => ({ class: 'Listing', member: 'entities', iri });

  const wrong: readonly [string, string, RegExp][] = [
    ['lead to nothing', '../../user/{id}/', /leads to no declared resource/],
    ['lead out of the API', 'https://example.org/{id}/', /leads out of the API/],
    ['lead to a catalog', '../sellers/', /leads to Sellers, which is no entity; write a template such as/],
    ['be malformed', '../{id', /./],
    ['lack the slash', '../{id}', /with the slash/],
    ['have another variable', '../{user}/', /write \{id\}/],
  ];
  for (const [what, iri, message] of wrong) {
    it(`cannot ${what}`, () => {
      assertFound(findingsOf([listing(iri)]), [where(iri), message]);
    });
  }

  it('cannot be of a class of another kind', () => {
    assertFound(findingsOf([listing(Counts)]), [
      { class: 'Listing', member: 'entities' },
      /a template that leads to entities.*found the View class Counts/,
    ]);
  });

  it('cannot stand below a variable that the catalog does not know', () => {
    class Orders extends Catalog.of(class Order extends Item.of({ ...Item.options, iri: '{order}/' }) {}, {
      iri: 'orders/',
    }) {}
    class Customers extends Catalog.of(
      class Customer extends Item {
        static catalogs() {
          return { orders: Orders };
        }
      },
      { iri: 'customers/' },
    ) {}
    class All extends Catalog.of({ iri: 'orders/', entities: '../customers/{id}/orders/{order}/' }) {}
    assertFound(findingsOf([Customers, All]), [
      { class: 'All', member: 'entities', iri: '../customers/{id}/orders/{order}/' },
      /leads to entities below \{id\}, which the path \/orders\/ does not know/,
    ]);
  });
});

describe('declaration: what no client can find', () => {
  class Users extends Catalog.of(
    class User extends Item.of({ ...Item.options, fragments: { name: 'name' } }) {},
    { iri: 'users/' },
  ) {}
  class Bills extends Catalog.of({ iri: 'bills/' }) {}
  const rootWith = (catalogs: object) =>
    class Home extends Catalog.of({ iri: '/' }) {
      static catalogs() {
        return catalogs as Record<string, string>;
      }
    };

  it('is found once, and not again for all that hangs on it', () => {
    assertFound(findingsOf([rootWith({ bills: 'bills/' }), Bills, Users]), [
      { class: 'Users' },
      /nothing links to it at \/users\/.*link to it from a catalog that the root leads to/,
    ]);
  });

  it('is not what a misspelt link was meant for', () => {
    assertFound(findingsOf([rootWith({ users: 'user/' }), Users]), [
      { class: 'Home', member: 'catalogs', name: 'users', iri: 'user/' },
      /did you mean "\/users\/"\?/,
    ]);
  });

  it('is not looked for where a link cannot be read', () => {
    assertFound(findingsOf([rootWith({ users: 'users/{' }), Users]), [
      { class: 'Home', member: 'catalogs', name: 'users', iri: 'users/{' },
      /./,
    ]);
  });

  it('is nothing that the root links to by its IRI', () => {
    assertFound(findingsOf([rootWith({ users: 'users/', bills: '/bills/' }), Users, Bills]));
  });
});

import { Type } from 'typebox';
import { Catalog, Entity, Fragment, View } from '../../lib/index.js';
import { Item, assertFound, findingsOf } from './declared.js';

const catalogAt = (iri: unknown) => class Users extends Catalog.of({ iri: iri as string }) {};

const viewAt = (iri: unknown) =>
  class Counts extends View.of({ iri: iri as string }) {
    value() {
      return [];
    }
  };

const entityAt = (iri: unknown) => {
  class User extends Entity.of({ iri: iri as string, body: Type.Object({}) }) {}
  return class Users extends Catalog.of(User, { iri: 'users/' }) {};
};

describe('declaration: the IRI of a class', () => {
  const wrong: readonly [string, unknown, RegExp][] = [
    ['a malformed template, with the position', 'users/{?min', /5|6|position|offset|character/i],
    ['a scheme', 'https://example.org/users/', /scheme or an authority; write it relative/],
    ['an authority', '//example.org/users/', /scheme or an authority/],
    ['no final slash', 'users', /ends in a slash.*write "users\/"/],
    ['no final slash before a query', 'users{?min}', /write "users\/\{\?min\}"/],
    ['a fragment identifier', 'users/#all', /never reaches a server; leave it away/],
    ['segments that climb', '../users/', /start with \/ for a path from the root/],
    ['an empty segment', 'users//all/', /empty segment.*write one slash/],
    ['a variable that is part of a segment', 'user-{id}/', /whole segment/],
    ['a variable', 'users/{id}/', /no variable in its path; only entities/],
    ['a reserved expansion in the path', '{+path}/', /cannot be routed; write \{name\}/],
    ['a modifier in the path', '{id:3}/', /modifier of the variable id/],
    ['the path that is kept for problems', 'problems/', /choose another/],
    ['a path below it', 'problems/open/', /choose another/],
  ];
  for (const [what, iri, message] of wrong) {
    it(`of a catalog cannot have ${what}`, () => {
      const found = findingsOf([catalogAt(iri)]).filter(({ member }) => member === 'iri');
      assertFound(found, [{ class: 'Users', member: 'iri', iri: String(iri) }, message]);
    });
  }

  it('says where in a malformed template the fault is', () => {
    assertFound(findingsOf([catalogAt('users/{a b}/')]), [
      { class: 'Users', member: 'iri', iri: 'users/{a b}/' },
      /\b8\b/,
    ]);
  });

  it('must be there', () => {
    assertFound(
      findingsOf([catalogAt(undefined), viewAt(undefined)]),
      [{ class: 'Users', member: 'iri' }, /is missing.*iri: "users\/"/],
      [{ class: 'Counts', member: 'iri' }, /is missing.*iri: "counts"/],
    );
  });

  it('is a string', () => {
    assertFound(findingsOf([catalogAt(5)]), [{ class: 'Users', member: 'iri' }, /must be a string; found 5/]);
  });

  it('of a view has no final slash', () => {
    assertFound(findingsOf([viewAt('counts/{?min}')]).slice(0, 1), [
      { class: 'Counts', member: 'iri', iri: 'counts/{?min}' },
      /ends without a slash; write "counts\{\?min\}"/,
    ]);
  });

  it('of a view is a path of its own', () => {
    assertFound(findingsOf([viewAt('/')]).slice(0, 1), [
      { class: 'Counts', member: 'iri', iri: '/' },
      /a path of its own, such as "counts"/,
    ]);
  });

  it('of a view has its variables in the query', () => {
    assertFound(findingsOf([viewAt('counts/{id}')]), [
      { class: 'Counts', member: 'iri', iri: 'counts/{id}' },
      /declare it as query variable/,
    ]);
  });

  for (const iri of ['user/', '{a}/{b}/', '/users/{id}/']) {
    it(`of an entity has one variable, which ${iri} has not`, () => {
      assertFound(findingsOf([entityAt(iri)]), [
        { class: 'User', member: 'iri', iri },
        /has one variable, the id, such as "\{id\}\/"/,
      ]);
    });
  }

  it('of an entity ends in a slash', () => {
    assertFound(findingsOf([entityAt('{id}')]), [
      { class: 'User', member: 'iri', iri: '{id}' },
      /write "\{id\}\/"/,
    ]);
  });

  it('brings no variable into a path twice, which is said once', () => {
    class Lines extends Catalog.of(
      class Line extends Item.of({ ...Item.options, iri: '{line}/', fragments: { name: 'name' } }) {},
      { iri: 'lines/' },
    ) {}
    class Orders extends Catalog.of(
      class Order extends Item {
        static catalogs() {
          return { lines: Lines };
        }
      },
      { iri: 'orders/' },
    ) {}
    class Customers extends Catalog.of(
      class Customer extends Item {
        static catalogs() {
          return { orders: Orders };
        }
      },
      { iri: 'customers/' },
    ) {}
    assertFound(findingsOf([Customers]), [
      { class: 'Order', member: 'iri', iri: '{id}/' },
      /the variable id stands twice in the path \/customers\/\{id\}\/orders\/\{id\}\/.*another name/,
    ]);
  });

  it('of a part of an entity stays within the entity', () => {
    class Users extends Catalog.of(
      class User extends Item {
        static views() {
          return { counts: viewAt('/counts') };
        }
      },
      { iri: 'users/' },
    ) {}
    assertFound(findingsOf([Users]), [
      { class: 'Counts', member: 'iri', iri: '/counts' },
      /starts at the root, but what it is part of is at \/users\/\{id\}\/; write it relative/,
    ]);
  });

  it('of a fragment is its own or its member', () => {
    class Loose extends Fragment.of({}) {
      value() {
        return 1;
      }
    }
    class Users extends Catalog.of({ iri: 'users/' }) {
      static fragments() {
        return { loose: Loose };
      }
    }
    assertFound(findingsOf([Users]), [{ class: 'Loose', member: 'iri' }, /is missing/]);
  });

  it('may start at the root, for a catalog that is within nothing', () => {
    class Bills extends Catalog.of(Item, { iri: '/bills/' }) {}
    class Users extends Catalog.of(
      class User extends Item {
        static catalogs() {
          return { bills: Bills };
        }
      },
      { iri: 'users/' },
    ) {}
    assertFound(findingsOf([Users]));
  });
});

describe('declaration: routes', () => {
  it('two catalogs cannot answer one path', () => {
    class A extends Catalog.of({ iri: 'things/' }) {}
    class B extends Catalog.of({ iri: 'things/' }) {}
    assertFound(findingsOf([A, B]), [
      { class: 'B', member: 'iri', iri: 'things/' },
      /answers the path \/things\/, which A answers already; give one another IRI/,
    ]);
  });

  it('a view cannot answer the path of a catalog without its slash', () => {
    assertFound(findingsOf([catalogAt('things/'), viewAt('things')]), [
      { class: 'Counts', member: 'iri', iri: 'things' },
      /answers the path \/things, which Users answers already as \/things\/; give one another/,
    ]);
  });

  it('two variables in one place are one path', () => {
    class Users extends Catalog.of(Item, { iri: 'users/' }) {
      static catalogs() {
        return { all: catalogAt('all/') };
      }
    }
    class More extends Catalog.of(class Other extends Item.of({ ...Item.options, iri: '{name}/' }) {}, {
      iri: '/users/',
    }) {}
    class Root extends Catalog.of({ iri: '/' }) {
      static catalogs() {
        return { users: Users, more: More };
      }
    }
    assertFound(findingsOf(Root), [
      { class: 'More', member: 'iri', iri: '/users/' },
      /answers the path \/users\//,
    ]);
  });

  it('a fragment cannot take the path of a view', () => {
    class Users extends Catalog.of(
      class User extends Item.of({ ...Item.options, fragments: { 'the count': 'count' } }) {
        static views() {
          return { counts: viewAt('count') };
        }
      },
      { iri: 'users/' },
    ) {}
    assertFound(findingsOf([Users]), [
      { class: 'Counts', member: 'iri', iri: 'count' },
      /which User\.fragments\.count answers already/,
    ]);
  });

  it('two classes that would be linked to by one name need a root that names them', () => {
    class Old extends Catalog.of({ iri: 'old/users/' }) {}
    class New extends Catalog.of({ iri: 'new/users/' }) {}
    assertFound(findingsOf([Old, New]), [
      { class: 'New', member: 'iri', iri: 'new/users/' },
      /would be linked to as "users", as Old is.*root class that names them/,
    ]);
  });

  it('a class that links to itself would have no end', () => {
    class Folders extends Catalog.of({ iri: 'folders/' }) {
      static override catalogs() {
        return { inner: Folders };
      }
    }
    assertFound(findingsOf([Folders]), [
      { class: 'Folders', member: 'iri', iri: 'folders/' },
      /within itself without end; link back by an IRI such as "\.\.\/"/,
    ]);
  });

  it('classes at paths from the root may link to each other', () => {
    class A extends Catalog.of({ iri: '/a/' }) {
      static override catalogs() {
        return { b: B };
      }
    }
    class B extends Catalog.of({ iri: '/b/' }) {
      static catalogs() {
        return { a: A };
      }
    }
    assertFound(findingsOf([A]));
  });
});

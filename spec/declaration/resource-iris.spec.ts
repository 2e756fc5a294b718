import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Catalog, Entity, View, shoji } from '../../lib/index.js';
import { declare } from '../../lib/declaration/declare.js';
import { Findings } from '../../lib/declaration/declaration-findings.js';
import { iriOf, linkOf } from '../../lib/declaration/resource-iris.js';

class Bill extends Entity.of({ iri: '{bill}/', body: Type.Object({ paid: Type.Boolean() }) }) {}

class Bills extends Catalog.of(Bill, {
  iri: 'bills/{?paid,tags}',
  query: Type.Object({
    paid: Type.Optional(Type.Boolean()),
    tags: Type.Optional(Type.Array(Type.String())),
  }),
}) {
  list(query: object) {
    return super.list({ ...query });
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

class User extends Entity.of({
  body: Type.Object({ name: Type.String() }),
  fragments: { 'the name': 'name' },
}) {
  static catalogs() {
    return { bills: Bills, neighbour: '../{id}/bills/', all: '/users/' };
  }
  static views() {
    return { counts: Counts };
  }
}

class Users extends Catalog.of(User, { iri: 'users/' }) {
  static catalogs() {
    return { unpaid: 'all/{?paid}', all: AllBills(), elsewhere: 'https://example.org/{?q}' };
  }
}

function AllBills() {
  return class extends Bills.of(Bill, { ...Bills.options, iri: 'all/{?paid}' }) {};
}

class Unknown extends Catalog.of({ iri: 'unknown/' }) {}

const api = shoji([Users]);
const based = shoji([Users], { base: 'https://api.example.org/v1/' });

describe('resource/iris: the IRI of a class', () => {
  it('is its path, with its values encoded', () => {
    assert.equal(api.iri(Users), '/users/');
    assert.equal(api.iri(User, { id: 'a/b é' }), '/users/a%2Fb%20%C3%A9/');
    assert.equal(api.iri(User, { id: 5 }), '/users/5/');
    assert.equal(api.iri(Bill, { id: 5, bill: 'x' }), '/users/5/bills/x/');
    assert.equal(based.iri(Users), 'https://api.example.org/v1/users/');
  });

  it('has a query of the variables that the class declares', () => {
    assert.equal(api.iri(Counts, { id: 5, min: 0 }), '/users/5/counts?min=0');
    assert.equal(
      api.iri(Bills, { id: 5, paid: false, tags: ['a b', 'c&d'] }),
      '/users/5/bills/?paid=false&tags=a%20b&tags=c%26d',
    );
    assert.equal(api.iri(Bills, { id: 5, paid: undefined, other: 1 }), '/users/5/bills/');
  });

  it('needs the values of its path', () => {
    assert.throws(() => api.iri(User), {
      name: 'TypeError',
      message: 'the path of User needs values for { id }; found {}',
    });
    assert.throws(
      () => api.iri(Bill, { id: 5 }),
      /needs values for \{ id, bill \} or \{ bill \}; found \{"id":5\}/,
    );
    assert.throws(
      () => api.iri(User, { id: { a: 1 } }),
      /the value of id must be a string, number or boolean; found \{"a":1\}/,
    );
  });

  it('is only there for classes of the API', () => {
    assert.throws(() => api.iri(Unknown), /Unknown is no resource of this API; give its class/);
    assert.throws(() => api.iri(undefined as never), {
      name: 'TypeError',
      message: /undefined is no resource/,
    });
  });

  it('is that of the innermost place that there are values for', () => {
    class Shared extends Catalog.of({ iri: 'shared/' }) {}
    class Things extends Catalog.of(
      class Thing extends Entity.of({ body: Type.Object({}) }) {
        static catalogs() {
          return { shared: Shared };
        }
      },
      { iri: 'things/' },
    ) {
      static catalogs() {
        return { shared: Shared };
      }
    }
    const things = shoji([Things]);
    assert.equal(things.iri(Shared), '/things/shared/');
    assert.equal(things.iri(Shared, { id: 1 }), '/things/1/shared/');
  });

  it('takes values of the request’s path as they are', () => {
    const declaration = declare([Users], {}, new Findings());
    assert.ok(declaration !== undefined);
    assert.equal(iriOf(declaration, Bills, {}, { id: '5' }), '/users/5/bills/');
    assert.equal(iriOf(declaration, Bills, { id: 6 }, { id: '5' }), '/users/6/bills/');
    assert.equal(linkOf(declaration, '/v1', User, 'bills', {}, { id: '5' }), '/v1/users/5/bills/');
  });
});

describe('resource/iris: the IRI of a link', () => {
  it('is what a client gets by expanding and resolving it', () => {
    assert.equal(api.link(Users, 'unpaid', { paid: 'false' }), '/users/all/?paid=false');
    assert.equal(api.link(Users, 'unpaid'), '/users/all/');
    assert.equal(
      based.link(Users, 'unpaid', { paid: 'x y' }),
      'https://api.example.org/v1/users/all/?paid=x%20y',
    );
    assert.equal(api.link(User, 'bills', { id: '5', tags: ['a', 'b'] }), '/users/5/bills/?tags=a,b');
    assert.equal(api.link(User, 'counts', { id: 5, min: 3 }), '/users/5/counts?min=3');
    assert.equal(api.link(User, 'the name', { id: 5 }), '/users/5/name');
    assert.equal(api.link(User, 'all', { id: 5 }), '/users/');
  });

  it('takes a path variable of the link from the path of the class', () => {
    assert.equal(api.link(User, 'neighbour', { id: 5 }), '/users/5/bills/');
  });

  it('may lead out of the API', () => {
    assert.equal(api.link(Users, 'elsewhere', { q: 'a' }), 'https://example.org/?q=a');
  });

  it('has a name that the class declares', () => {
    assert.throws(
      // @ts-expect-error: the class has no link of this name
      () => api.link(Users, 'unpayed'),
      {
        name: 'TypeError',
        message:
          'Users has no link named "unpayed"; it has "unpaid", "all", "elsewhere"; did you mean "unpaid"?',
      },
    );
    // @ts-expect-error: a class without maps has no links
    assert.throws(() => api.link(Bill, 'x', { id: 1, bill: 2 }), /Bill has no link named "x"; it has none/);
  });

  it('needs the values of its path', () => {
    assert.throws(() => api.link(User, 'bills'), /the path of User needs values for \{ id \}/);
    assert.throws(
      () => api.link(Unknown as unknown as typeof Users, 'all'),
      /Unknown is no resource of this API/,
    );
  });
});

import { Type } from 'typebox';
import { Catalog, Entity } from '../../lib/index.js';
import type { CatalogClass } from '../../lib/index.js';
import { Item, assertFound, findingsOf, withOptions } from './declared.js';

class Things extends Catalog.of(Item, { iri: 'things/' }) {}
class Numbers extends Catalog.of(Item, { iri: 'numbers/', ids: 'integer' }) {}

/** An API of three catalogs, in which the entities of `users/` have these options. */
function usersWith(options: Readonly<Record<string, unknown>>) {
  class User extends Entity.of({
    body: Type.Object({
      name: Type.String(),
      email: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      age: Type.Integer(),
      open: Type.Boolean(),
      tags: Type.Array(Type.String()),
    }),
  }) {}
  class Users extends Catalog.of(withOptions(User, options), { iri: 'users/' }) {}
  return [Users, Things, Numbers];
}

describe('declaration: members that no two entities share', () => {
  it('stand by themselves, or several together', () => {
    assertFound(findingsOf(usersWith({ unique: ['email', ['name', 'age'], ['email', 'open']] })));
  });

  for (const unique of ['email', [5], [[]], [['name', 5]], [''], null]) {
    it(`cannot be ${JSON.stringify(unique)}`, () => {
      assertFound(findingsOf(usersWith({ unique })), [
        { class: 'User', member: 'unique' },
        /must be an array of members and arrays of them, such as \['email', \['country', 'number'\]\]; found/,
      ]);
    });
  }

  it('are members of one scalar type', () => {
    assertFound(
      findingsOf(usersWith({ unique: ['emial', ['name', 'tags']] })),
      [{ class: 'User', member: 'unique', name: 'emial' }, /did you mean "email"\?/],
      [{ class: 'User', member: 'unique', name: 'tags' }, /is not of one scalar type/],
    );
  });

  it('are named once', () => {
    assertFound(
      findingsOf(
        usersWith({ unique: ['email', ['name', 'age'], ['age', 'name'], ['open', 'open'], ['email']] }),
      ),
      [{ class: 'User', member: 'unique', name: 'age, name' }, /stands in it twice/],
      [{ class: 'User', member: 'unique', name: 'email' }, /stands in it twice/],
      [{ class: 'User', member: 'unique', name: 'open' }, /stands in it twice/],
    );
  });
});

describe('declaration: references', () => {
  const where = (name: string, iri?: string) => ({
    class: 'User',
    member: 'references',
    name,
    ...(iri !== undefined && { iri }),
  });

  it('lead to a catalog by its class, or by an IRI', () => {
    assertFound(
      findingsOf(usersWith({ references: { name: Things, email: '../../things/', age: Numbers } })),
    );
    assertFound(findingsOf(usersWith({ references: { name: '/numbers/', email: '../' } })));
  });

  it('cannot be a list', () => {
    assertFound(findingsOf(usersWith({ references: ['name'] })), [
      { class: 'User', member: 'references' },
      /must be an object from members of the body to IRIs of catalogs; found/,
    ]);
  });

  const wrong: readonly [string, string, unknown, RegExp][] = [
    ['of a name that is no member', 'nmae', Things, /did you mean "name"\?/],
    ['of a list', 'tags', Things, /is not of one scalar type/],
    ['of a boolean', 'open', Things, /holds an id of Things, a string; its type is boolean/],
    [
      'of a number, to ids that are none',
      'age',
      Things,
      /holds an id of Things, a string; its type is number/,
    ],
    ['of a boolean, to numbers', 'open', Numbers, /an integer or the same as a string; its type is boolean/],
    [
      'to an entity class',
      'name',
      Item,
      /must be a class that extends Catalog, or an IRI; found the Entity class Item/,
    ],
    [
      'to what is not defined yet',
      'name',
      undefined,
      /a class that is not defined yet\? link to it by its IRI/,
    ],
    [
      'to a class that is not part of the API',
      'name',
      class Strangers extends Things {},
      /Strangers is no resource of this API; give it to shoji\(\), or link to it from a catalog/,
    ],
  ];
  for (const [what, member, catalog, message] of wrong) {
    it(`${what} are found`, () => {
      assertFound(findingsOf(usersWith({ references: { [member]: catalog } })), [where(member), message]);
    });
  }

  const astray: readonly [string, string, RegExp][] = [
    ['misspelt', '../../thigns/', /leads to no declared resource.*did you mean "\/things\/"\?/],
    ['to an entity', '../../things/{id}/', /leads to Item, which is no catalog but an entity/],
    ['out of the API', 'https://example.org/things/', /leads out of the API; nobody could hold/],
    ['of a part of a catalog', '../../things/?name=a', /has a query, but leads to a catalog as a whole/],
    ['malformed', '../../{things', /./],
  ];
  for (const [what, iri, message] of astray) {
    it(`by an IRI that is ${what} are found`, () => {
      assertFound(findingsOf(usersWith({ references: { name: iri } })), [where('name', iri), message]);
    });
  }

  it('lead to a catalog that keeps entities', () => {
    class Listed extends Catalog.of(Item, { iri: 'listed/', entities: '../things/{id}/' }) {}
    class Bare extends Catalog.of({ iri: 'bare/' }) {}
    assertFound(
      findingsOf([...usersWith({ references: { name: Listed, email: Bare } }), Listed, Bare]),
      [
        where('name'),
        /leads to Listed, which keeps no entities of its own; refer to Things, whose entities it lists/,
      ],
      [where('email'), /leads to Bare, which keeps no entities of its own$/],
    );
  });

  it('lead to what is within none, or within the same entities', () => {
    class Line extends Entity.of({
      iri: '{line}/',
      body: Type.Object({ article: Type.String(), thing: Type.String(), other: Type.String() }),
    }) {
      static references() {
        return references;
      }
    }
    class Article extends Entity.of({ iri: '{article}/', body: Type.Object({}) }) {}
    class Articles extends Catalog.of(Article, { iri: 'articles/' }) {}
    class Remark extends Entity.of({ iri: '{remark}/', body: Type.Object({}) }) {}
    class Remarks extends Catalog.of(Remark, { iri: 'remarks/' }) {}
    class Lines extends Catalog.of(Line, { iri: 'lines/' }) {}
    class Order extends Entity.of({ body: Type.Object({}) }) {
      static catalogs() {
        return { lines: Lines, articles: Articles };
      }
    }
    class Thing extends Entity.of({ body: Type.Object({}) }) {
      static catalogs() {
        return { remarks: Remarks };
      }
    }
    class Orders extends Catalog.of(Order, { iri: 'orders/' }) {}
    class Rests extends Catalog.of(Thing, { iri: 'rests/' }) {}
    let references: Readonly<Record<string, CatalogClass>> = { article: Articles, thing: Orders };
    assertFound(findingsOf([Orders, Rests]));
    references = { ...references, other: Remarks };
    assertFound(findingsOf([Orders, Rests]), [
      { class: 'Line', member: 'references', name: 'other' },
      /leads to Remarks at \/rests\/\{id\}\/remarks\/, which is within other entities than \/orders\/\{id\}\/lines\/\{line\}\//,
    ]);
  });
});

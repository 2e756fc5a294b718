import { Type } from 'typebox';
import { Catalog, Entity, Fragment, View } from '../../lib/index.js';
import type { ViewClass } from '../../lib/index.js';
import { Item, assertFound, findingsOf, withOptions } from './declared.js';

function itemsWith(body: object, fragments: object = {}) {
  return class Items extends Catalog.of(
    class Thing extends Entity.of({ body: body }) {
      static fragments() {
        return { ...fragments };
      }
    },
    { iri: 'items/' },
  ) {};
}

describe('declaration: what would not work is found:', () => {
  it('a query variable that nothing looks at', () => {
    class Items extends Catalog.of(Item, {
      iri: 'items/',
      query: Type.Object({
        name: Type.Optional(Type.String()),
        colour: Type.Optional(Type.String()),
      }),
    }) {}
    assertFound(findingsOf([Items]), [
      { class: 'Items', member: 'query', name: 'colour' },
      /names no member of the bodies.*override list/,
    ]);
  });

  describe('a query variable that is required, and that a link does not name', () => {
    const query = Type.Object({ min: Type.Integer() });
    class Counts extends View.of({ iri: 'counts{?min}', query: query }) {
      value() {
        return [];
      }
    }
    const rootWith = (declared: ViewClass, views: object = {}) =>
      class Root extends Catalog.of({ iri: '/' }) {
        static override views() {
          return { counts: declared, ...views };
        }
      };

    it('of a view, where the IRI of its class does not name it either', () => {
      class Bare extends View.of({ iri: 'counts', query }) {
        value() {
          return [];
        }
      }
      const message = /leads to Bare without the query variable min.*write \{\?min\} at the end/;
      const found = [{ class: 'Bare', member: 'iri', iri: 'counts' }, message] as const;
      assertFound(findingsOf([Bare]), found);
      assertFound(findingsOf(rootWith(Bare)), found);
    });

    it('of a catalog, also of one that another class links to', () => {
      class Items extends Catalog.of(Item, {
        iri: 'items/{?name}',
        query: Type.Object({ name: Type.String() }),
      }) {}
      class Root extends Catalog.of({ iri: '/' }) {
        static override catalogs() {
          return { items: Items, all: 'items/' };
        }
      }
      assertFound(findingsOf(Root), [
        { class: 'Root', member: 'catalogs', name: 'all', iri: 'items/' },
        /leads to Items without the query variable name/,
      ]);
    });

    it('but not where a link names it in any way, or it has a default', () => {
      assertFound(findingsOf(rootWith(Counts, { some: 'counts?min=3', other: 'counts{?min}' })));
      class Defaulted extends View.of({
        iri: 'counts',
        query: Type.Object({ min: Type.Integer({ default: 1 }) }),
      }) {
        value() {
          return [];
        }
      }
      assertFound(findingsOf([Defaulted]));
    });

    it('of the root, which is begun at without a link', () => {
      class Root extends Catalog.of(Item, { iri: '/', query: Type.Object({ name: Type.String() }) }) {}
      assertFound(findingsOf(Root), [{ class: 'Root', member: 'query' }, /without the query variable name/]);
    });
  });

  describe('a member that is required and read-only, and that nothing writes', () => {
    const made = Type.String({ readOnly: true });
    const body = Type.Object({ name: Type.String(), made, by: Type.Optional(Type.Object({ made })) });
    class Thing extends Entity.of({ body: body }) {}
    class Things extends Catalog.of(Thing, { iri: 'things/' }) {}
    const message = /required and read-only, and nothing writes it: override create\(body\) of/;

    it('where it is made by POST, or by PUT at an id that the client chooses', () => {
      for (const declared of [Things, withOptions(class Own extends Things {}, { ids: 'client' })]) {
        assertFound(
          findingsOf([declared]),
          [{ class: 'Thing', member: 'body', name: 'made' }, message],
          [{ class: 'Thing', member: 'body', name: 'by.made' }, message],
        );
      }
    });

    const right: Readonly<Record<string, unknown>> = {
      'a class that makes entities itself': class Own extends Things {
        override create(given: object) {
          return super.create({ ...given, made: 'now' } as never);
        }
      },
      'a catalog that takes no POST': withOptions(class Own extends Things {}, { methods: ['GET'] }),
      'a table that is there already': withOptions(class Own extends Things {}, {
        table: 'things',
        entity: class Row extends Entity.of({
          body: { ...body, additionalProperties: false },
        }) {},
      }),
      'a collection of its own': class Own extends Things {
        constructor(...given: [never, never]) {
          super(given[0], Object.create(given[1]) as never);
        }
      },
      'a default': withOptions(class Own extends Things {}, {
        entity: class Dated extends Entity.of({
          body: Type.Object({ made: Type.String({ readOnly: true, default: 'now' }) }),
        }) {},
      }),
      'one that is optional': withOptions(class Own extends Things {}, {
        entity: class Undated extends Entity.of({
          body: Type.Object({ made: Type.Optional(made) }),
        }) {},
      }),
    };
    for (const [what, declared] of Object.entries(right)) {
      it(`but not with ${what}`, () => assertFound(findingsOf([declared])));
    }
  });

  it('half of a surrogate pair in what documents show', () => {
    class Items extends Catalog.of(Item, {
      iri: 'items/',
      title: 'x\ud800',
      description: '\udc00',
      catalogs: { 'a\ud800': 'https://example.org/' },
    }) {}
    assertFound(
      findingsOf([Items]),
      [{ class: 'Items', member: 'title' }, /half of a surrogate pair.*write the whole character/],
      [{ class: 'Items', member: 'description' }, /half of a surrogate pair/],
      [{ class: 'Items', member: 'catalogs', name: 'a\ud800' }, /half of a surrogate pair/],
    );
  });

  it('a view without a value', () => {
    abstract class Empty extends View.of({ iri: 'empty' }) {}
    assertFound(findingsOf([Empty]), [{ class: 'Empty', member: 'value' }, /declare the method value/]);
  });

  it('an entity class that is not defined yet', () => {
    class Items extends Catalog.of(undefined as unknown as typeof Item, { iri: 'items/' }) {}
    assertFound(findingsOf([Items]), [
      { class: 'Items', member: 'entity' },
      /found undefined \(a class that is not defined yet/,
    ]);
  });

  it("TypeBox's Readonly, which clients do not see", () => {
    const body = Type.Object({ at: Type.Readonly(Type.String()) });
    assertFound(findingsOf([itemsWith(body)]), [
      { class: 'Thing', member: 'body' },
      /write \{ readOnly: true \}/,
    ]);
  });

  it('replace() of a fragment that is a member', () => {
    class Name extends Fragment.of({ iri: 'name', member: 'name', schema: Type.String() }) {
      replace() {
        return 'x';
      }
    }
    assertFound(findingsOf([itemsWith(Item.options.body, { name: Name })]), [
      { class: 'Name', member: 'schema' },
      /PUT changes the member, by the schema of the body/,
    ]);
  });

  for (const [what, list] of [
    ['objects', Type.Array(Type.Object({}), { uniqueItems: true })],
    ['a few objects', Type.Array(Type.Object({}), { uniqueItems: true, maxItems: 100 })],
    ['strings', Type.Array(Type.String(), { uniqueItems: true })],
  ] as const) {
    it(`but not that these are to be unique: ${what}`, () =>
      assertFound(findingsOf([itemsWith(Type.Object({ list }))])));
  }
});

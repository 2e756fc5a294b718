import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Catalog, DeclarationError, Entity, Fragment, View, shoji } from '../../lib/index.js';
import type { QueryOf, ViewRequest } from '../../lib/index.js';

class User extends Entity.of({ body: Type.Object({ name: Type.String() }), fragments: { name: 'name' } }) {}
class Users extends Catalog.of(User, { iri: 'users/' }) {}

/** What does not compile is refused at run time too, for those who write plain JavaScript. */
function refuses(declare: () => unknown, message: RegExp): void {
  assert.throws(declare, (error) => error instanceof DeclarationError && message.test(error.message));
}

describe('types: what shoji() is given', () => {
  it('are classes of catalogs and views', () => {
    assert.ok(shoji(Users));
    assert.ok(shoji([Users], { store: 'memory', timeout: 1000 }));
    // @ts-expect-error: an entity is given by its catalog
    refuses(() => shoji([User]), /Entity class User/);
    // @ts-expect-error: a string is no class
    refuses(() => shoji(['users/']), /found "users\/"/);
  });

  it('has options that are spelt right and of their types', () => {
    // @ts-expect-error: misspelt
    refuses(() => shoji([Users], { stroe: 'memory' }), /did you mean "store"/);
    // @ts-expect-error: a number
    refuses(() => shoji([Users], { timeout: '30s' }), /timeout/);
    // @ts-expect-error: a function
    refuses(() => shoji([Users], { guard: true }), /guard/);
  });
});

describe('types: options', () => {
  it('of a catalog are spelt right', () => {
    // @ts-expect-error: titel is no option
    class Misspelt extends Catalog.of({ iri: 'users/', titel: 'Users' }) {}
    refuses(() => shoji([Misspelt]), /Misspelt\.titel: is no option of Catalog; did you mean "title"/);
    refuses(() => shoji(Misspelt), /titel/);
  });

  it('of an entity are spelt right', () => {
    // @ts-expect-error: fragmets is no option
    class Misspelt extends Entity.of({ body: Type.Object({}), fragmets: {} }) {}
    class Things extends Catalog.of(Misspelt, { iri: 'things/' }) {}
    refuses(() => shoji([Things]), /Misspelt\.fragmets/);
  });

  it('of a catalog within an entity are spelt right', () => {
    // @ts-expect-error: querry is no option
    class Misspelt extends Catalog.of({ iri: 'bills/', querry: {} }) {}
    class Thing extends Entity.of({ body: Type.Object({}) }) {
      static catalogs() {
        return { bills: Misspelt };
      }
    }
    class Things extends Catalog.of(Thing, { iri: 'things/' }) {}
    refuses(() => shoji([Things]), /Misspelt\.querry/);
  });

  it('of views and fragments are spelt right', () => {
    // @ts-expect-error: shcema is no option
    class Counts extends View.of({ iri: 'counts', shcema: {} }) {
      value() {
        return [];
      }
    }
    // @ts-expect-error: membre is no option
    class Part extends Fragment.of({ iri: 'part', membre: 'part' }) {
      value() {
        return 1;
      }
    }
    class WithView extends Catalog.of({ iri: 'things/' }) {
      static views() {
        return { counts: Counts };
      }
    }
    class WithFragment extends Catalog.of({ iri: 'things/' }) {
      static fragments() {
        return { part: Part };
      }
    }
    refuses(() => shoji([WithView]), /Counts\.shcema/);
    refuses(() => shoji([Counts]), /Counts\.shcema/);
    refuses(() => shoji([WithFragment]), /Part\.membre/);
  });

  it('are of their types', () => {
    // @ts-expect-error: a title is a string
    class Titled extends Catalog.of({ iri: 'things/', title: 5 }) {}
    refuses(() => shoji([Titled]), /Titled\.title: must be a string; found 5/);
    // @ts-expect-error: a link is a string
    class Mapped extends Catalog.of({ iri: 'things/', catalogs: { counts: 5 } }) {}
    refuses(() => shoji([Mapped]), /found 5/);
    // @ts-expect-error: no kind of ids
    class Kinds extends Catalog.of(User, { iri: 'things/', ids: 'uuid' }) {}
    refuses(() => shoji([Kinds]), /Kinds\.ids: must be "uuidv7", "integer" or "client"/);
    // @ts-expect-error: no method
    class Methods extends Catalog.of(User, { iri: 'things/', methods: ['GET', 'PTACH'] }) {}
    refuses(() => shoji([Methods]), /Methods\.methods/);
    class Bare extends Catalog.of({} as never) {}
    refuses(() => shoji([Bare]), /Bare\.iri: is missing/);
  });

  it('name members that there are', () => {
    const body = Type.Object({ title: Type.String(), year: Type.Integer() });
    class Book extends Entity.of({
      body,
      unique: ['title', ['title', 'year']],
      fragments: { when: 'year' },
    }) {}
    class Books extends Catalog.of(Book, { iri: 'books/', sort: ['year'] }) {}
    assert.ok(shoji(Books));
    // @ts-expect-error: no member
    class Sorted extends Catalog.of(Book, { iri: 'books/', sort: ['titel'] }) {}
    refuses(() => shoji([Sorted]), /Sorted\.sort.*did you mean "title"/);
    // @ts-expect-error: no member
    class Unique extends Entity.of({ body, unique: ['titel'] }) {}
    refuses(() => shoji(class Wrong extends Catalog.of(Unique, { iri: 'books/' }) {}), /Unique\.unique/);
    // @ts-expect-error: no member
    class Parts extends Entity.of({ body, fragments: { when: 'yaer' } }) {}
    refuses(() => shoji(class Wrong extends Catalog.of(Parts, { iri: 'books/' }) {}), /Parts\.fragments/);
    // @ts-expect-error: no member
    class Columns extends Catalog.of(Book, { iri: 'books/', table: 'books', columns: { titel: 'title' } }) {}
    refuses(() => shoji([Columns]), /Columns\.columns/);
    // @ts-expect-error: no member of the body refers to anything by this name
    class Referring extends Entity.of({ body }) {
      static references() {
        return { titel: Books };
      }
    }
    refuses(() => shoji(class All extends Catalog.of(Referring, { iri: '/' }) {}), /Referring\.references/);
  });

  it('are no statics of the class', () => {
    class Old extends Catalog {
      static iri = 'things/';
    }
    // @ts-expect-error: Catalog itself has no options
    refuses(() => shoji([Old]), /Old\.iri: is static, and nothing looks at it; write it in Catalog\.of/);
  });

  it('let classes lead to each other in a circle, and to themselves', () => {
    class Folder extends Entity.of({ body: Type.Object({ parent: Type.Optional(Type.String()) }) }) {
      static references() {
        return { parent: Folders };
      }
      static views() {
        return { size: Size };
      }
    }
    class Folders extends Catalog.of(Folder, { iri: '/folders/' }) {
      static catalogs() {
        return { 'the same': Folders, notes: Notes };
      }
      sizes() {
        return this.collection.count();
      }
    }
    class Size extends View.of({ iri: 'size' }) {
      value({ catalog }: ViewRequest<typeof Size, Folders>) {
        return catalog.sizes();
      }
    }
    class Notes extends Catalog.of(Folder, { iri: 'notes/', entities: '../{id}/' }) {
      static catalogs() {
        return { folders: Folders };
      }
    }
    assert.equal(shoji([Folders]).link(Folders, 'the same'), '/folders/');
  });

  it('that are functions are the author’s own', () => {
    class Own extends Catalog.of({ iri: 'things/' }) {
      static fromLegacy() {
        return 1;
      }
    }
    assert.ok(shoji([Own]));
  });
});

describe('types: the entities of a catalog', () => {
  class Book extends Entity.of({
    body: Type.Object({ title: Type.String(), pages: Type.Optional(Type.Integer()) }),
  }) {}

  it('are those that the catalog is made of', async () => {
    class Books extends Catalog.of(Book, { iri: 'books/' }) {
      first() {
        // @ts-expect-error: the bodies of Book have no name
        return this.collection.create({ name: 'a' });
      }
    }
    assert.ok(shoji([Books]));
    // @ts-expect-error: a view has no bodies
    class Wrong extends Catalog.of(View.of({ iri: 'counts' }), { iri: 'books/' }) {}
    refuses(() => shoji([Wrong]), /Wrong\.entity: must be a class that extends Entity/);
  });
});

describe('types: storage', () => {
  it('has statics of its types', () => {
    class Product extends Entity.of({
      body: Type.Object({ name: Type.String() }),
      unique: ['name'],
      references: { name: '../' },
      requireIfMatch: true,
    }) {}
    class Products extends Catalog.of(Product, {
      iri: 'products/',
      page: { size: 10, max: 20 },
      sort: ['name'],
    }) {}
    const api = shoji([Products], { requireIfMatch: false });
    assert.equal(api.link(Products, 'page', { limit: 5 }), '/products/?limit=5');

    // @ts-expect-error: a page has a number of entities
    class Paged extends Catalog.of(Product, { iri: 'products/', page: '10' }) {}
    refuses(() => shoji([Paged]), /must be a positive integer/);
    // @ts-expect-error: true or false
    refuses(() => shoji([Products], { requireIfMatch: 'yes' }), /requireIfMatch.*must be true or false/);
    // @ts-expect-error: users have no pages
    assert.throws(() => shoji([Users]).link(Users, 'page'), /no link named "page"/);
  });

  it('adds no variables to what the class declares', () => {
    class Sorted extends Catalog.of(User, {
      iri: 'users/',
      page: 10,
      query: Type.Object({ name: Type.Optional(Type.String()) }),
    }) {}
    const query: QueryOf<typeof Sorted> = { name: 'a' };
    // @ts-expect-error: the framework's, and not the author's
    const wrong: QueryOf<typeof Sorted> = { limit: 5 };
    assert.notDeepEqual(query, wrong);
  });
});

describe('types: links', () => {
  class Counts extends View.of({
    iri: 'counts{?min}',
    query: Type.Object({ min: Type.Optional(Type.Integer()) }),
  }) {
    value() {
      return [];
    }
  }
  class Home extends Catalog.of({ iri: '/' }) {
    static catalogs() {
      return { users: Users };
    }
    static views() {
      return { 'the counts': Counts };
    }
  }
  const api = shoji(Home);

  it('have the names of all maps', () => {
    assert.equal(api.link(Home, 'users'), '/users/');
    assert.equal(api.link(Home, 'the counts', { min: 5 }), '/counts?min=5');
    assert.equal(api.link(User, 'name', { id: 1 }), '/users/1/name');
  });

  it('have no other names', () => {
    // @ts-expect-error: no link of Home
    assert.throws(() => api.link(Home, 'user'), /did you mean "users"/);
    // @ts-expect-error: a link of the entity, and not of the catalog
    assert.throws(() => api.link(Users, 'name'), /no link named "name"/);
    // @ts-expect-error: views have no links
    assert.throws(() => api.link(Counts, 'users'), /no link named "users"/);
  });
});

describe('types of fragments', () => {
  it('a plain Fragment class is no misspelling', () => {
    class Blurb extends Fragment.of({ iri: 'blurb', member: 'blurb' }) {}
    class Book extends Entity.of({ body: Type.Object({ blurb: Type.String() }) }) {
      static fragments() {
        return { 'the blurb': Blurb };
      }
    }
    class Books extends Catalog.of(Book, { iri: 'books/' }) {}
    shoji([Books]);

    // @ts-expect-error metods is no option of Fragment
    class Misspelt extends Fragment.of({ iri: 'blurb', member: 'blurb', metods: ['GET'] }) {}
    class Page extends Entity.of({ body: Type.Object({ blurb: Type.String() }) }) {
      static fragments() {
        return { 'the blurb': Misspelt };
      }
    }
    class Pages extends Catalog.of(Page, { iri: 'pages/' }) {}
    assert.throws(() => shoji([Pages]), /did you mean "methods"/);
  });
});

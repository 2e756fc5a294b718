import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Catalog, DeclarationError, Entity, Fragment, View, shoji } from '../../lib/index.js';
import type { EntityClass, QueryOf } from '../../lib/index.js';

class User extends Entity {
  static body = Type.Object({ name: Type.String() });
  static fragments = { name: 'name' };
}
class Users extends Catalog<typeof User> {
  static iri = 'users/';
  static entity = User;
}

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

describe('types: statics', () => {
  it('of a catalog are spelt right', () => {
    class Misspelt extends Catalog {
      static iri = 'users/';
      static titel = 'Users';
    }
    // @ts-expect-error: titel is no option
    refuses(() => shoji([Misspelt]), /Misspelt\.titel: is no option of Catalog; did you mean "title"/);
    // @ts-expect-error: titel is no option
    refuses(() => shoji(Misspelt), /titel/);
  });

  it('of an entity are spelt right', () => {
    class Misspelt extends Entity {
      static body = Type.Object({});
      static fragmets = {};
    }
    class Things extends Catalog {
      static iri = 'things/';
      static entity = Misspelt;
    }
    // @ts-expect-error: fragmets is no option
    refuses(() => shoji([Things]), /Misspelt\.fragmets/);
  });

  it('of a catalog within an entity are spelt right', () => {
    class Misspelt extends Catalog {
      static iri = 'bills/';
      static querry = {};
    }
    class Thing extends Entity {
      static body = Type.Object({});
      static catalogs = { bills: Misspelt };
    }
    class Things extends Catalog {
      static iri = 'things/';
      static entity = Thing;
    }
    // @ts-expect-error: querry is no option
    refuses(() => shoji([Things]), /Misspelt\.querry/);
  });

  it('of views and fragments are spelt right', () => {
    class Counts extends View {
      static iri = 'counts';
      static shcema = {};
      value() {
        return [];
      }
    }
    class Part extends Fragment {
      static iri = 'part';
      static membre = 'part';
      value() {
        return 1;
      }
    }
    class WithView extends Catalog {
      static iri = 'things/';
      static views = { counts: Counts };
    }
    class WithFragment extends Catalog {
      static iri = 'things/';
      static fragments = { part: Part };
    }
    // @ts-expect-error: shcema is no option
    refuses(() => shoji([WithView]), /Counts\.shcema/);
    // @ts-expect-error: shcema is no option
    refuses(() => shoji([Counts]), /Counts\.shcema/);
    // @ts-expect-error: membre is no option
    refuses(() => shoji([WithFragment]), /Part\.membre/);
  });

  it('are of their types', () => {
    // @ts-expect-error: a title is a string
    class Titled extends Catalog {
      static iri = 'things/';
      static title = 5;
    }
    // @ts-expect-error: neither is it here
    refuses(() => shoji([Titled]), /Titled\.title: must be a string; found 5/);

    // @ts-expect-error: views are no catalogs
    class Mapped extends Catalog {
      static iri = 'things/';
      static catalogs = { counts: 5 };
    }
    // @ts-expect-error: neither are they here
    refuses(() => shoji([Mapped]), /found 5/);
  });

  it('that are functions are the author’s own', () => {
    class Own extends Catalog {
      static iri = 'things/';
      static fromLegacy() {
        return 1;
      }
    }
    assert.ok(shoji([Own]));
  });
});

describe('types: the entities of a catalog', () => {
  class Book extends Entity {
    static body = Type.Object({ title: Type.String(), pages: Type.Optional(Type.Integer()) });
  }
  class Titled extends Entity {
    static body = Type.Object({ title: Type.String() });
  }

  it('are those that the catalog is typed by', () => {
    class Books extends Catalog<typeof User> {
      static iri = 'books/';
      static entity = Book;
    }
    // @ts-expect-error: the bodies of Book have no name
    assert.ok(shoji([Books]));
    class Home extends Catalog {
      static iri = '/';
      static catalogs = { books: Books };
    }
    // @ts-expect-error: nor have they where another class leads to them
    assert.ok(shoji(Home));
  });

  it('may have more members, or any', () => {
    class Titles extends Catalog<typeof Titled> {
      static iri = 'titles/';
      static entity = Book;
    }
    class Untyped extends Catalog {
      static iri = 'untyped/';
      static entity = Book;
    }
    class Loose extends Catalog<typeof Book> {
      static iri = 'loose/';
      static entity: EntityClass = Book;
    }
    assert.ok(shoji([Titles, Untyped, Loose]));
  });
});

describe('types: storage', () => {
  it('has statics of its types', () => {
    class Product extends Entity {
      static body = Type.Object({ name: Type.String() });
      static unique = ['name'];
      static references = { name: '../' };
      static requireIfMatch = true;
    }
    class Products extends Catalog<typeof Product> {
      static iri = 'products/';
      static entity = Product;
      static page = { size: 10, most: 20 };
      static sort = ['name'];
    }
    const api = shoji([Products], { requireIfMatch: false });
    assert.equal(api.link(Products, 'page', { limit: 5 }), '/products/?limit=5');

    // @ts-expect-error: a page has a number of entities
    class Paged extends Catalog<typeof Product> {
      static iri = 'products/';
      static entity = Product;
      static page = '10';
    }
    // @ts-expect-error: neither is it one here
    refuses(() => shoji([Paged]), /must be a positive integer/);
    // @ts-expect-error: true or false
    refuses(() => shoji([Products], { requireIfMatch: 'yes' }), /requireIfMatch.*must be true or false/);
    // @ts-expect-error: users have no pages
    assert.throws(() => shoji([Users]).link(Users, 'page'), /no link named "page"/);
  });

  it('adds no variables to what the class declares', () => {
    class Sorted extends Catalog<typeof User> {
      static iri = 'users/';
      static entity = User;
      static page = 10;
      static query = Type.Object({ name: Type.Optional(Type.String()) });
    }
    const query: QueryOf<typeof Sorted> = { name: 'a' };
    // @ts-expect-error: the framework's, and not the author's
    const wrong: QueryOf<typeof Sorted> = { limit: 5 };
    assert.notDeepEqual(query, wrong);
  });
});

describe('types: links', () => {
  class Counts extends View {
    static iri = 'counts{?min}';
    static query = Type.Object({ min: Type.Optional(Type.Integer()) });
    value() {
      return [];
    }
  }
  class Home extends Catalog {
    static iri = '/';
    static catalogs = { users: Users };
    static views = { 'the counts': Counts };
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
    class Blurb extends Fragment {
      static iri = 'blurb';
      static member = 'blurb';
    }
    class Book extends Entity {
      static body = Type.Object({ blurb: Type.String() });
      static fragments = { 'the blurb': Blurb };
    }
    class Books extends Catalog<typeof Book> {
      static iri = 'books/';
      static entity = Book;
    }
    shoji([Books]);

    class Misspelt extends Fragment {
      static iri = 'blurb';
      static member = 'blurb';
      static metods = ['GET'];
    }
    class Page extends Entity {
      static body = Type.Object({ blurb: Type.String() });
      static fragments = { 'the blurb': Misspelt };
    }
    class Pages extends Catalog<typeof Page> {
      static iri = 'pages/';
      static entity = Page;
    }
    // @ts-expect-error metods is no option of Fragment
    assert.throws(() => shoji([Pages]), /did you mean "methods"/);
  });
});

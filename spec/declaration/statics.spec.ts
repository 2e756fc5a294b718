import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Catalog, DeclarationError, Entity, Fragment, View, shoji } from '../../lib/index.js';
import { Item, assertFound, findingsOf, withOptions } from './declared.js';

const catalogWith = (options: Readonly<Record<string, unknown>>) =>
  withOptions(class Users extends Catalog.of(Item, { iri: 'users/' }) {}, options);

describe('declaration: options', () => {
  const wrong: readonly [string, unknown, RegExp][] = [
    ['title', 5, /must be a string; found 5/],
    ['description', null, /must be a string; found null/],
    ['ids', 'uuid', /must be "uuidv7", "integer" or "client"; found "uuid"/],
    [
      'methods',
      'GET',
      /must be an array of GET, POST, PUT, PATCH and DELETE in which GET is one; found "GET"/,
    ],
    ['methods', ['POST'], /in which GET is one; found \[ 'POST' \]/],
    ['methods', ['get'], /found \[ 'get' \]/],
    ['catalogs', 'users/', /must be an object from link names to IRIs; found "users\/"/],
    ['views', null, /must be an object from link names/],
    ['fragments', 5, /must be an object from link names/],
    ['entity', 5, /must be a class that extends Entity; found 5/],
    ['entities', 5, /must be a template that leads to entities.*found 5/],
    ['query', 5, /must be a JSON Schema, an object; found 5/],
    ['titel', 'Users', /is no option of Catalog; did you mean "title"\?/],
    ['requireIfMatch', 'yes', /must be true or false; found "yes"/],
    ['sorts', ['name'], /is no option of Catalog; did you mean "sort"\?/],
    ['colums', {}, /is no option of Catalog; did you mean "columns"\?/],
    ['unique', ['name'], /is no option of Catalog; write it on the entity class$/],
    ['references', {}, /is no option of Catalog; write it on the entity class$/],
    ['body', {}, /is no option of Catalog; write it on the entity class$/],
    ['way', 5, /is no option of Catalog$/],
    ['pageSize', 5, /is no option of Catalog$/],
  ];
  for (const [member, value, message] of wrong) {
    it(`${member} = ${JSON.stringify(value) ?? 'a class'} is found, and nothing else`, () => {
      assertFound(findingsOf([catalogWith({ [member]: value })]), [{ class: 'Users', member }, message]);
    });
  }

  it('of a catalog have no place on its entity class, which says so', () => {
    const paged = class Paged extends Entity.of({ body: Type.Object({}), page: 10 } as never) {};
    assertFound(findingsOf([catalogWith({ entity: paged })]), [
      { class: 'Paged', member: 'page' },
      /is no option of Entity; write it on the catalog$/,
    ]);
  });

  it('of each kind say whether changes need a version', () => {
    const requireIfMatch = 1 as unknown as boolean;
    class Name extends Fragment.of({ member: 'name', requireIfMatch }) {}
    class User extends Entity.of({ body: Type.Object({ name: Type.String() }), requireIfMatch }) {
      static fragments() {
        return { name: Name };
      }
    }
    class Counts extends View.of({ iri: 'counts', requireIfMatch }) {
      value() {
        return [];
      }
    }
    class Users extends Catalog.of(User, { iri: 'users/', requireIfMatch }) {
      static views() {
        return { counts: Counts };
      }
    }
    const classes = [Users, User, Name, Counts];
    assertFound(
      findingsOf([Users], { requireIfMatch: 'no' }),
      [{ class: 'shoji()', member: 'options', name: 'requireIfMatch' }, /must be true or false; found "no"/],
      ...classes.map(
        ({ name }) => [{ class: name, member: 'requireIfMatch' }, /must be true or false; found 1/] as const,
      ),
    );
  });

  it('are no statics, which are the author’s own as long as none looks like an option', () => {
    class Users extends Catalog.of(Item, { iri: 'users/' }) {
      static LARGEST = 5;
      static fromLegacy() {
        return 1;
      }
    }
    assertFound(findingsOf([Users]));
  });

  const meant: readonly [string, unknown, RegExp][] = [
    [
      'title',
      'Users',
      /is static, and nothing looks at it; write it in Catalog\.of\(Book, \{ iri: 'books\/' \}\)/,
    ],
    ['entity', Item, /is static, and nothing looks at it; write it in Catalog\.of/],
    ['entity', '../{id}/', /is static, and nothing looks at it; write the option entities: "\.\.\/\{id\}\/"/],
    [
      'titel',
      'Users',
      /is static, and nothing looks at it; did you mean "title"\?; options stand in Catalog\.of/,
    ],
    ['catalogs', {}, /is no method; write static catalogs\(\) \{ return \{ … \}; \}/],
    ['catalgos', () => ({}), /is no static method of Catalog; did you mean "catalogs"\?/],
    ['options', { iri: 'users/' }, /stands in the place of those that Catalog\.of\(\) was given/],
  ];
  for (const [member, value, message] of meant) {
    it(`are no statics: static ${member} is found, which says where it goes`, () => {
      class Users extends Catalog.of(Item, { iri: 'users/' }) {}
      Object.defineProperty(Users, member, { value });
      assertFound(findingsOf([Users]), [{ class: 'Users', member }, message]);
    });
  }

  it('are missing where a class extends the base class itself', () => {
    class Users extends (Catalog as unknown as typeof Base) {
      static iri = 'users/';
    }
    class Base extends Catalog.of({ iri: 'base/' }) {}
    assertFound(
      findingsOf([Users]),
      [{ class: 'Users', member: 'iri' }, /is static, and nothing looks at it; write it in Catalog\.of/],
      [{ class: 'Users' }, /extends Catalog itself; extend Catalog\.of\(Book, \{ iri: 'books\/' \}\)/],
    );
  });

  it('are an object', () => {
    class Users extends Catalog.of(Item, 'users/' as never) {}
    assertFound(findingsOf([Users]), [{ class: 'Users' }, /is declared by options.*found "users\/"/]);
  });

  const maps: readonly [string, object, () => unknown, RegExp][] = [
    ['fail', {}, () => assert.fail('too early'), /the static method failed: too early/],
    ['give a promise', {}, async () => ({}), /must give an object at once; found Promise/],
    ['give none', {}, () => undefined, /must give an object at once; found undefined/],
    ['stand beside the option', { catalogs: {} }, () => ({}), /among the options and as a static method/],
  ];
  for (const [what, options, catalogs, message] of maps) {
    it(`give links to classes by static methods, which do not ${what}`, () => {
      class Users extends Catalog.of(Item, { iri: 'users/', ...options }) {}
      Object.defineProperty(Users, 'catalogs', { value: catalogs });
      assertFound(findingsOf([Users]), [{ class: 'Users', member: 'catalogs' }, message]);
    });
  }

  it('name no classes', () => {
    class Bills extends Catalog.of(Item, { iri: 'bills/' }) {}
    class Users extends Catalog.of(Item, { iri: 'users/', catalogs: { bills: Bills as never } }) {}
    assertFound(findingsOf([Users]), [
      { class: 'Users', member: 'catalogs', name: 'bills' },
      /is the Catalog class Bills; what names a class stands in a static method: static catalogs\(\)/,
    ]);
  });

  it('are found in classes of every kind, and in those that they extend', () => {
    class Base extends Entity.of({ body: Type.Object({ name: Type.String() }), tilte: 'User' } as never) {}
    class Name extends Fragment.of({ member: 'name', titel: 'Name' } as never) {}
    class User extends Base {
      static fragments() {
        return { name: Name };
      }
    }
    class Counts extends View.of({ iri: 'counts', querry: Type.Object({}) } as never) {
      value() {
        return [];
      }
    }
    class Users extends Catalog.of(User, { iri: 'users/' }) {
      static views() {
        return { counts: Counts };
      }
    }
    assertFound(
      findingsOf([Users]),
      [{ class: 'User', member: 'tilte' }, /is no option of Entity; did you mean "title"\?/],
      [{ class: 'Name', member: 'titel' }, /is no option of Fragment/],
      [{ class: 'Counts', member: 'querry' }, /is no option of View; did you mean "query"\?/],
    );
  });

  it('methods are those that the resource can answer', () => {
    const found = findingsOf([catalogWith({ ids: 'client', methods: ['GET', 'POST'] })]);
    assertFound(found, [
      { class: 'Users', member: 'methods' },
      /POST is nothing that this catalog can answer; it can answer GET/,
    ]);
  });

  it('of a class without a name can be told', () => {
    const found = () => shoji([class extends Catalog.of({ iri: 'users' }) {}]);
    assert.throws(
      found,
      (error) =>
        error instanceof DeclarationError && error.message.includes('(a class without a name).iri "users":'),
    );
  });
});

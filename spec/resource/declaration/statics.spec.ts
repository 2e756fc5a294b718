import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Catalog, DeclarationError, Entity, Fragment, View, shoji } from '../../../lib/index.js';
import { Item, assertFound, findingsOf } from './declared.js';

const catalogWith = (statics: object) =>
  Object.assign(
    class Users extends Catalog {
      static iri = 'users/';
      static entity = Item;
    },
    statics,
  );

describe('declaration: statics', () => {
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
    ['catalogs', 'users/', /must be an object from link names to classes or IRIs; found "users\/"/],
    ['views', null, /must be an object from link names/],
    ['fragments', 5, /must be an object from link names/],
    ['entity', 5, /must be a class that extends Entity, or a template.*found 5/],
    ['query', 5, /must be a JSON Schema, an object; found 5/],
    ['titel', 'Users', /is no option of Catalog; did you mean "title"\?/],
    ['entities', Item, /is no option of Catalog; did you mean "entity"\?/],
    ['requireIfMatch', 'yes', /must be true or false; found "yes"/],
    ['sorts', ['name'], /is no option of Catalog; did you mean "sort"\?/],
    ['colums', {}, /is no option of Catalog; did you mean "columns"\?/],
    ['unique', ['name'], /is no option of Catalog; write it on the entity class$/],
    ['references', {}, /is no option of Catalog; write it on the entity class$/],
    ['body', {}, /is no option of Catalog; write it on the entity class$/],
    ['way', 5, /is no option of Catalog \(keep values of your own outside the class\)/],
    ['pageSize', 5, /is no option of Catalog \(keep values of your own outside the class\)/],
  ];
  for (const [member, value, message] of wrong) {
    it(`${member} = ${JSON.stringify(value) ?? 'a class'} is found, and nothing else`, () => {
      assertFound(findingsOf([catalogWith({ [member]: value })]), [{ class: 'Users', member }, message]);
    });
  }

  it('of a catalog have no place on its entity class, which says so', () => {
    const paged = Object.assign(class Paged extends Entity {}, { body: Type.Object({}), page: 10 });
    assertFound(findingsOf([catalogWith({ entity: paged })]), [
      { class: 'Paged', member: 'page' },
      /is no option of Entity; write it on the catalog$/,
    ]);
  });

  it('of each kind say whether changes need a version', () => {
    class Name extends Fragment {
      static member = 'name';
    }
    class User extends Entity {
      static body = Type.Object({ name: Type.String() });
      static fragments = { name: Name };
    }
    class Counts extends View {
      static iri = 'counts';
      value() {
        return [];
      }
    }
    class Users extends Catalog {
      static iri = 'users/';
      static entity = User;
      static views = { counts: Counts };
    }
    const classes = [Users, User, Name, Counts];
    for (const declared of classes) Object.assign(declared, { requireIfMatch: 1 });
    assertFound(
      findingsOf([Users], { requireIfMatch: 'no' }),
      [{ class: 'shoji()', member: 'options', name: 'requireIfMatch' }, /must be true or false; found "no"/],
      ...classes.map(
        ({ name }) => [{ class: name, member: 'requireIfMatch' }, /must be true or false; found 1/] as const,
      ),
    );
  });

  it('that are functions are the author’s own', () => {
    assertFound(findingsOf([catalogWith({ fromLegacy: () => 1 })]));
  });

  it('are found in classes of every kind, and in those that they extend', () => {
    class Base extends Entity {
      static body = Type.Object({ name: Type.String() });
      static tilte = 'User';
    }
    class Name extends Fragment {
      static member = 'name';
      static titel = 'Name';
    }
    class User extends Base {
      static fragments = { name: Name };
    }
    class Counts extends View {
      static iri = 'counts';
      static querry = Type.Object({});
      value() {
        return [];
      }
    }
    class Users extends Catalog {
      static iri = 'users/';
      static entity = User;
      static views = { counts: Counts };
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
    const found = () =>
      shoji([
        class extends Catalog {
          static iri = 'users';
        },
      ]);
    assert.throws(
      found,
      (error) =>
        error instanceof DeclarationError && error.message.includes('(a class without a name).iri "users":'),
    );
  });
});

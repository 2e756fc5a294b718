import { Type } from 'typebox';
import { Catalog, Entity, Fragment, View } from '../../../lib/index.js';
import { Item, assertFound, findingsOf } from './declared.js';

function itemsWith(body: object, fragments: object = {}) {
  return class Items extends Catalog {
    static iri = 'items/';
    static entity = class Thing extends Entity {
      static body = body;
      static fragments = { ...fragments };
    };
  };
}

describe('declaration: what would be taken and not work', () => {
  it('a query variable that nothing looks at', () => {
    class Items extends Catalog {
      static iri = 'items/';
      static entity = Item;
      static query = Type.Object({
        name: Type.Optional(Type.String()),
        colour: Type.Optional(Type.String()),
      });
    }
    assertFound(findingsOf([Items]), [
      { class: 'Items', member: 'query', name: 'colour' },
      /names no member of the bodies.*override list/,
    ]);
  });

  it('a view without a value', () => {
    abstract class Empty extends View {
      static override iri = 'empty';
    }
    assertFound(findingsOf([Empty]), [{ class: 'Empty', member: 'value' }, /declare the method value/]);
  });

  it('an entity class that is not defined yet', () => {
    class Items extends Catalog {
      static iri = 'items/';
      static entity = undefined as unknown as typeof Item;
    }
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
    class Name extends Fragment {
      static iri = 'name';
      static member = 'name';
      static schema = Type.String();
      replace() {
        return 'x';
      }
    }
    assertFound(findingsOf([itemsWith(Item.body, { name: Name })]), [
      { class: 'Name', member: 'schema' },
      /PUT changes the member, by the schema of the body/,
    ]);
  });

  for (const [what, list] of [
    ['objects', Type.Array(Type.Object({}), { uniqueItems: true })],
    ['a few objects', Type.Array(Type.Object({}), { uniqueItems: true, maxItems: 100 })],
    ['strings', Type.Array(Type.String(), { uniqueItems: true })],
  ] as const) {
    it(`unique items: ${what} may be`, () => assertFound(findingsOf([itemsWith(Type.Object({ list }))])));
  }
});

import { Type } from 'typebox';
import { Catalog, Entity } from '../../lib/index.js';
import { assertFound, findingsOf, withOptions } from './declared.js';

const body = Type.Object({ name: Type.String(), price: Type.Integer() }, { additionalProperties: false });

function productsWith(options: Readonly<Record<string, unknown>>, schema: object = body) {
  class Product extends Entity.of({ body: schema }) {}
  return withOptions(class Products extends Catalog.of(Product, { iri: 'products/' }) {}, options);
}

const where = (member: string, name?: string) => ({
  class: 'Products',
  member,
  ...(name !== undefined && { name }),
});

describe('declaration: tables that were there before', () => {
  it('have a key, and a column for each member', () => {
    assertFound(findingsOf([productsWith({ table: 'products' })]));
    assertFound(
      findingsOf([
        productsWith({ table: 'public.products', key: 'product_id', columns: { name: 'title' }, within: [] }),
      ]),
    );
  });

  const wrong: readonly [string, unknown, RegExp][] = [
    ['table', '', /must be a string that is not empty; found ""/],
    ['key', 5, /must be a string that is not empty; found 5/],
    ['within', 'customer', /must be an array of names; found "customer"/],
    ['columns', ['name'], /must be an object from members of the body to names of columns; found/],
    ['columns', { name: 5 }, /must be an object from members of the body to names of columns; found/],
  ];
  for (const [member, value, message] of wrong) {
    it(`${member} cannot be ${JSON.stringify(value)}`, () => {
      assertFound(findingsOf([productsWith({ table: 'products', [member]: value })]), [
        where(member),
        message,
      ]);
    });
  }

  it('are named where something is said of them', () => {
    assertFound(
      findingsOf([productsWith({ key: 'id', within: [], columns: {} })]),
      [where('key'), /the option table names none/],
      [where('within'), /the option table names none/],
      [where('columns'), /the option table names none/],
    );
  });

  it('have no column for what is no member', () => {
    assertFound(findingsOf([productsWith({ table: 'products', columns: { nmae: 'title' } })]), [
      where('columns', 'nmae'),
      /is no member of the body \(it has name, price\); did you mean "name"\?/,
    ]);
  });

  it('have a column for each thing', () => {
    assertFound(findingsOf([productsWith({ table: 'products', columns: { name: 'id', price: 'name' } })]), [
      where('columns', 'name'),
      /the column "id" would hold the ids and the member name; give each a column/,
    ]);
    assertFound(findingsOf([productsWith({ table: 'products', columns: { price: 'name' } })]), [
      where('columns', 'price'),
      /the column "name" would hold the member name and the member price/,
    ]);
  });

  it('cannot hold members that nobody named', () => {
    assertFound(findingsOf([productsWith({ table: 'products' }, Type.Object({ name: Type.String() }))]), [
      { class: 'Product', member: 'body' },
      /the table of Products has no columns for them; add additionalProperties: false/,
    ]);
  });

  it('are of the catalog that keeps the entities', () => {
    class Cheap extends Catalog.of({ iri: 'cheap/', entities: '../{id}/', table: 'products' }) {}
    assertFound(findingsOf([productsWith({ catalogs: { cheap: Cheap } })]), [
      { class: 'Cheap', member: 'table' },
      /has no entities of its own to take from the table/,
    ]);
  });

  const nested = (within: unknown) => {
    class Order extends Entity.of({ iri: '{order}/', body: body }) {}
    const Orders = withOptions(
      class Orders extends Catalog.of(Order, { iri: 'orders/', table: 'orders' }) {},
      within === undefined ? {} : { within },
    );
    class Customer extends Entity.of({ body: Type.Object({}) }) {
      static catalogs() {
        return { orders: Orders };
      }
    }
    return class Customers extends Catalog.of(Customer, { iri: 'customers/' }) {};
  };

  it('name the columns of the entities above', () => {
    assertFound(findingsOf([nested(['customer'])]));
    const message = /a column for the id of each entity above, outermost first: of Customer; found 0 for 1/;
    assertFound(findingsOf([nested(undefined)]), [{ class: 'Orders', member: 'within' }, message]);
    assertFound(findingsOf([nested(['a', 'b'])]), [{ class: 'Orders', member: 'within' }, /found 2 for 1/]);
    assertFound(findingsOf([nested(['name'])]), [
      { class: 'Orders', member: 'columns', name: 'name' },
      /the column "name" would hold ids of entities above and the member name/,
    ]);
    assertFound(findingsOf([productsWith({ table: 'products', within: ['shop'] })]), [
      where('within'),
      /the catalog is within none; leave it away/,
    ]);
  });
});

import { Catalog, Entity, Fragment, ProblemError } from 'koa-shoji';
import type { BodyOf, EntityRecord, FragmentRequest, Infer, WriteOptions } from 'koa-shoji';
import { Type } from 'koa-shoji/typebox';
import { Cents, Product, Products } from './products.js';

const Items = Type.Array(
  Type.Object(
    {
      product: Type.String({ description: 'Id of a product.' }),
      quantity: Type.Integer({ minimum: 1, maximum: 999 }),
    },
    { additionalProperties: false },
  ),
  { minItems: 1, maxItems: 50 },
);

const STATES = ['placed', 'paid', 'shipped'] as const;
const State = Type.Enum(STATES);

/** How far an order has come. Customers read it in the order; the staff changes it here. */
export class Status extends Fragment.of({ iri: 'status', schema: State }) {
  value({ entity }: FragmentRequest<FoundOrder>) {
    return entity?.body.status;
  }

  async replace(
    status: Infer<typeof State>,
    { catalog, entity, params }: FragmentRequest<FoundOrder, Orders>,
  ) {
    if (entity === undefined || params.order === undefined) return;
    const { version } = entity;
    await catalog.collection.replace(
      params.order,
      { ...entity.body, status },
      version === undefined ? {} : { version },
    );
    return status;
  }
}

/** One line of an order as it is charged, put together of what the order holds. */
export class Line extends Entity.of({
  iri: '{line}/',
  body: Type.Object({
    product: Type.String({ description: 'IRI of the product.' }),
    quantity: Type.Integer(),
    price: Cents,
    amount: Type.Integer({ description: 'In cents: quantity times price.' }),
  }),
  methods: ['GET'],
}) {}

export class Lines extends Catalog.of(Line, { iri: 'lines/', title: 'Lines', methods: ['GET'] }) {
  async list() {
    const { items } = await this.#order();
    return items.map((_, index) => String(index + 1));
  }

  async read(id: string) {
    const { items, prices = {} } = await this.#order();
    const item = items.find((_, index) => String(index + 1) === id);
    if (item === undefined) return undefined;
    const { product, quantity } = item;
    const price = prices[product] ?? 0;
    return {
      body: { product: this.request.iri(Product, { product }), quantity, price, amount: quantity * price },
    };
  }

  async #order(): Promise<OrderBody> {
    const { order = '' } = this.request.params;
    const found = await this.request.catalogOf(Orders).read(order);
    if (found === undefined) throw new ProblemError('not-found');
    return found.body;
  }
}

export class Order extends Entity.of({
  iri: '{order}/',
  body: Type.Object(
    {
      items: Items,
      placed: Type.Optional(Type.String({ readOnly: true, format: 'date-time' })),
      status: Type.Optional(Type.Enum(STATES, { readOnly: true })),
      prices: Type.Optional(
        Type.Record(Type.String(), Cents, {
          readOnly: true,
          description: 'Price of each product at the time it was ordered.',
        }),
      ),
      total: Type.Optional(Type.Integer({ readOnly: true, description: 'In cents.' })),
    },
    { additionalProperties: false },
  ),
}) {
  static catalogs() {
    return { lines: Lines };
  }
  static fragments() {
    return { status: Status };
  }
}

type OrderBody = BodyOf<typeof Order>;
type FoundOrder = EntityRecord<OrderBody>;

export class Orders extends Catalog.of(Order, { iri: 'orders/', title: 'Orders' }) {
  /** Places an order at the prices of this moment: none can change between being read and being agreed. */
  async create(order: OrderBody) {
    return this.request.transaction(async ({ catalogOf }) => {
      const { collection } = catalogOf(Orders);
      const priced = await withPrices(order, catalogOf(Products));
      return collection.create({ ...priced, placed: new Date().toISOString(), status: 'placed' });
    });
  }

  async replace(id: string, order: OrderBody, options?: WriteOptions) {
    return this.collection.replace(id, await withPrices(order, this.request.catalogOf(Products)), options);
  }
}

/** The order with its prices and total. A product that was ordered before keeps the price it had. */
async function withPrices(order: OrderBody, products: Products): Promise<OrderBody> {
  const agreed = new Map(Object.entries(order.prices ?? {}));
  const prices: Record<string, number> = {};
  let total = 0;
  for (const [index, { product, quantity }] of order.items.entries()) {
    const price = agreed.get(product) ?? (await products.read(product))?.body.price;
    if (price === undefined) throw noSuchProduct(product, index);
    prices[product] = price;
    total += price * quantity;
  }
  return { ...order, prices, total };
}

function noSuchProduct(product: string, index: number): ProblemError {
  const message = `there is no product ${JSON.stringify(product)}; take an id from the products catalog`;
  return new ProblemError('invalid-document', {
    detail: `/body/items/${index}/product: ${message}.`,
    errors: [{ pointer: `/body/items/${index}/product`, message, rule: 'product-exists' }],
  });
}

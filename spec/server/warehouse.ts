import { Type } from 'typebox';
import { Catalog, Entity, shoji } from '../../lib/index.js';
import type { Api, ShojiOptions, UpdateOptions } from '../../lib/index.js';

/** When the warehouse says that articles were made. */
export const CREATED = '2024-02-29T12:00:00Z';

/** What an article is, beyond what only the server writes. */
export interface ArticleBody {
  readonly name: string;
  readonly price: number;
  readonly tags?: string[];
  readonly size?: { readonly width: number; readonly measured?: string };
  readonly code?: string;
  readonly supplier?: string;
  readonly created?: string;
  readonly changed?: string[];
}

/** A body that articles may have. */
export const SPADE: ArticleBody = { name: 'Spade', price: 20 };

/** An API whose articles have constraints, members that only the server writes, and methods of their own. */
export function warehouse(options: ShojiOptions = {}): Api {
  class Note extends Entity.of({ iri: '{note}/', body: Type.Object({ text: Type.String() }) }) {}

  class Notes extends Catalog.of(Note, { iri: 'notes/', ids: 'integer' }) {}

  class Article extends Entity.of({
    iri: '{article}/',
    body: Type.Object(
      {
        name: Type.String({ minLength: 1 }),
        price: Type.Number({ minimum: 0 }),
        tags: Type.Optional(Type.Array(Type.String(), { maxItems: 5 })),
        size: Type.Optional(
          Type.Object({
            width: Type.Number(),
            measured: Type.Optional(Type.String({ readOnly: true })),
          }),
        ),
        code: Type.Optional(Type.String()),
        supplier: Type.Optional(Type.String()),
        created: Type.Optional(Type.String({ readOnly: true })),
        changed: Type.Optional(Type.Array(Type.String(), { readOnly: true })),
      },
      { additionalProperties: false },
    ),
    fragments: { price: 'price', code: 'code', supplier: 'supplier' },
    unique: ['code', ['name', 'price']],
    references: { supplier: '/suppliers/' },
  }) {
    static override catalogs() {
      return { notes: Notes };
    }
  }

  class Articles extends Catalog.of(Article, { iri: 'articles/', ids: 'integer' }) {
    override create(body: ArticleBody) {
      const size = body.size && { ...body.size, measured: CREATED };
      return super.create({ ...body, ...(size && { size }), created: CREATED });
    }

    override update(id: string, body: ArticleBody, update: UpdateOptions) {
      return super.update(id, { ...body, changed: Object.keys(update.changes).toSorted() }, update);
    }
  }

  class Supplier extends Entity.of({ iri: '{supplier}/', body: Type.Object({ name: Type.String() }) }) {}

  class Suppliers extends Catalog.of(Supplier, { iri: 'suppliers/', ids: 'client' }) {}

  return shoji([Articles, Suppliers], options);
}

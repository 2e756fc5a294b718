import { Type } from 'typebox';
import { Catalog, Entity, Fragment, View, shoji } from '../../lib/index.js';
import type { Api, EntityRecord, FragmentRequest, ShojiOptions, ViewRequest } from '../../lib/index.js';

/** An API with every way that leads to an entity, and entities that refer to others. */
export function library(options: ShojiOptions = {}): Api {
  class Note extends Entity.of({ iri: '{note}/', body: Type.Object({ text: Type.String() }) }) {}

  class Notes extends Catalog.of(Note, { iri: 'notes/', ids: 'integer' }) {}

  class Part extends Entity.of({
    iri: '{part}/',
    body: Type.Object({ label: Type.String(), after: Type.Optional(Type.String()) }),
    fragments: { label: 'label' },
    references: { after: '../' },
  }) {
    static override catalogs() {
      return { notes: Notes };
    }
  }

  class Parts extends Catalog.of(Part, { iri: 'parts/', ids: 'integer' }) {}

  class Initial extends Fragment.of({ iri: 'initial' }) {
    override value({ entity: owner }: FragmentRequest) {
      return (owner as EntityRecord<{ name: string }>).body.name.slice(0, 1);
    }
  }

  class Size extends View.of({ iri: 'size', schema: Type.Integer() }) {
    override value({ entity: owner }: ViewRequest) {
      return JSON.stringify(owner?.body).length;
    }

    override replace() {}
  }

  class Doc extends Entity.of({
    iri: '{doc}/',
    body: Type.Object(
      {
        name: Type.String({ minLength: 1 }),
        code: Type.Optional(Type.String()),
        author: Type.Optional(Type.String()),
        translator: Type.Optional(Type.String()),
      },
      { additionalProperties: false },
    ),
    unique: ['code'],
    references: { author: '/authors/', translator: '/authors/' },
  }) {
    static override fragments() {
      return { name: 'name', author: 'author', initial: Initial };
    }
    static override views() {
      return { size: Size };
    }
    static override catalogs() {
      return { parts: Parts };
    }
  }

  class Recent extends Catalog.of(Doc, { iri: 'recent/', entities: '../{doc}/' }) {}

  class Docs extends Catalog.of(Doc, { iri: 'docs/', ids: 'client' }) {
    static override catalogs() {
      return { recent: Recent };
    }
  }

  class Author extends Entity.of({
    iri: '{author}/',
    body: Type.Object({ name: Type.String() }),
    catalogs: { docs: '/docs/' },
  }) {}

  class Authors extends Catalog.of(Author, { iri: 'authors/', ids: 'client' }) {}

  class Letter extends Entity.of({
    iri: '{letter}/',
    body: Type.Object({
      author: Type.Optional(Type.String()),
      translator: Type.Optional(Type.String()),
      code: Type.Optional(Type.String()),
    }),
    fragments: { author: 'author' },
    unique: ['code'],
  }) {
    static override references() {
      return { author: Authors, translator: Authors };
    }
  }

  class Letters extends Catalog.of(Letter, { iri: 'letters/', ids: 'integer' }) {}

  return shoji([Docs, Authors, Letters], options);
}

/** Fills the store of the API: documents 1 to 3, each with a part and a note, authors `ada`, `ben` and `eve`. */
export async function fill(api: Api): Promise<void> {
  await api.start();
  const { store } = api;
  const create = (catalog: string, within: readonly string[], id: string | undefined, body: object) =>
    store.write([
      {
        do: 'create',
        key: { collection: catalog, parentIds: within },
        ...(id !== undefined && { id }),
        body: body as never,
      },
    ]);
  for (const id of ['ada', 'ben', 'eve']) await create('authors', [], id, { name: id });
  for (const id of ['1', '2', '3']) {
    await create('docs', [], id, { name: `Doc ${id}`, code: `c${id}`, author: 'ada' });
    await create('docs/parts', [id], undefined, { label: 'first' });
    await create('docs/parts/notes', [id, '1'], undefined, { text: 'sharp' });
  }
  await create('letters', [], undefined, { author: 'ada', code: 'l1' });
}

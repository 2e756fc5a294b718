import { Type } from 'typebox';
import { Catalog, Entity, Fragment, View, shoji } from '../../lib/index.js';
import type { Api, EntityRecord, FragmentRequest, ShojiOptions, ViewRequest } from '../../lib/index.js';

/** An API with every way that leads to an entity, and entities that refer to others. */
export function library(options: ShojiOptions = {}): Api {
  class Note extends Entity {
    static override iri = '{note}/';
    static override body = Type.Object({ text: Type.String() });
  }

  class Notes extends Catalog<typeof Note> {
    static override iri = 'notes/';
    static override entity = Note;
    static override ids = 'integer';
  }

  class Part extends Entity {
    static override iri = '{part}/';
    static override body = Type.Object({ label: Type.String(), after: Type.Optional(Type.String()) });
    static override fragments = { label: 'label' };
    static override references = { after: '../' };
    static override catalogs = { notes: Notes };
  }

  class Parts extends Catalog<typeof Part> {
    static override iri = 'parts/';
    static override entity = Part;
    static override ids = 'integer';
  }

  class Initial extends Fragment {
    static override iri = 'initial';

    override value({ entity: owner }: FragmentRequest) {
      return (owner as EntityRecord<{ name: string }>).body.name.slice(0, 1);
    }
  }

  class Size extends View {
    static override iri = 'size';
    static override schema = Type.Integer();

    override value({ entity: owner }: ViewRequest) {
      return JSON.stringify(owner?.body).length;
    }

    override replace() {}
  }

  class Doc extends Entity {
    static override iri = '{doc}/';
    static override body = Type.Object(
      {
        name: Type.String({ minLength: 1 }),
        code: Type.Optional(Type.String()),
        author: Type.Optional(Type.String()),
        translator: Type.Optional(Type.String()),
      },
      { additionalProperties: false },
    );
    static override fragments = { name: 'name', author: 'author', initial: Initial };
    static override views = { size: Size };
    static override catalogs = { parts: Parts };
    static override unique = ['code'];
    static override references = { author: '/authors/', translator: '/authors/' };
  }

  class Recent extends Catalog<typeof Doc> {
    static override iri = 'recent/';
    static override entity = '../{doc}/';
  }

  class Docs extends Catalog<typeof Doc> {
    static override iri = 'docs/';
    static override entity = Doc;
    static override ids = 'client';
    static override catalogs = { recent: Recent };
  }

  class Author extends Entity {
    static override iri = '{author}/';
    static override body = Type.Object({ name: Type.String() });
    static override catalogs = { docs: '/docs/' };
  }

  class Authors extends Catalog<typeof Author> {
    static override iri = 'authors/';
    static override entity = Author;
    static override ids = 'client';
  }

  class Letter extends Entity {
    static override iri = '{letter}/';
    static override body = Type.Object({
      author: Type.Optional(Type.String()),
      translator: Type.Optional(Type.String()),
      code: Type.Optional(Type.String()),
    });
    static override fragments = { author: 'author' };
    static override unique = ['code'];
    static override references = { author: Authors, translator: Authors };
  }

  class Letters extends Catalog<typeof Letter> {
    static override iri = 'letters/';
    static override entity = Letter;
    static override ids = 'integer';
  }

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

import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Catalog, Entity } from '../../lib/index.js';
import type { CatalogClass } from '../../lib/index.js';
import type { Collection } from '../../lib/resource/collection.js';
import { leavesReadingToStore } from '../../lib/declaration/class-methods.js';
import type { ResourceRequest } from '../../lib/resource/resource-classes.js';

class Book extends Entity.of({ body: Type.Object({ title: Type.String() }) }) {}

class Books extends Catalog.of(Book, { iri: 'books/' }) {}

class Listing extends Books {
  override list() {
    return [];
  }
}

class Fields extends Books {
  readonly kept = new Map<string, string>();
}

class Reading extends Books {
  override read() {
    return undefined;
  }
}

class Building extends Books {
  // oxlint-disable-next-line no-useless-constructor -- that it is there is what matters
  constructor(request: ResourceRequest, collection: Collection<{ title: string }>) {
    super(request, collection);
  }
}

class Below extends Building {}

class Getting extends Books {}
Object.defineProperty(Getting.prototype, 'collection', { get: () => undefined });

const CASES: readonly (readonly [string, CatalogClass, boolean])[] = [
  ['overrides nothing', Books, true],
  ['overrides only list()', Listing, true],
  ['has fields of its own', Fields, true],
  ['overrides read()', Reading, false],
  ['inherits read() from a class that overrides it', class extends Reading {}, false],
  ['has a constructor that takes parameters', Building, false],
  ['inherits such a constructor', Below, false],
  ['gives its collection by a getter', Getting, false],
];

describe('declaration: an entity', () => {
  for (const [which, declared, store] of CASES) {
    it(`is read by the ${store ? 'store' : 'class'} where a class ${which}`, () => {
      assert.equal(leavesReadingToStore(declared), store);
    });
  }
});

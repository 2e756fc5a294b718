import { Catalog } from '../catalog.js';
import type { CatalogClass } from '../classes.js';

/**
 * Whether a catalog's class leaves it to the store to read an entity, so that no instance of it is needed for
 * that: it has the method that all have, and what that reads is what it is given.
 */
export function readsItsStore(declared: CatalogClass): boolean {
  return declared.prototype.read === Catalog.prototype.read && !handsOnAnother(declared);
}

/** A constructor that takes parameters can hand on another collection; one that goes without saying takes none. */
function handsOnAnother(declared: CatalogClass): boolean {
  const { collection } = Object.getOwnPropertyDescriptors(declared.prototype);
  if (declared.length > 0 || collection !== undefined) return true;
  const above = Object.getPrototypeOf(declared) as CatalogClass;
  return above !== Catalog && above !== Function.prototype && handsOnAnother(above);
}

type Class = abstract new (...args: never) => object;

/** The classes that `of` made; what extends one of them is an author's. */
const made = new WeakSet<object>();

/**
 * A class to extend, which holds what it was declared with. Nothing is checked here: `shoji()` finds all that is
 * wrong at once, and knows the names of the classes.
 *
 * @param statics - `options`, and what else the class is declared with
 */
export function declaredBase(base: Class, statics: Readonly<Record<string, unknown>>): Class {
  abstract class Declared extends base {}
  Object.defineProperty(Declared, 'name', { value: `${base.name}.of()` });
  for (const [name, value] of Object.entries(statics)) Object.defineProperty(Declared, name, { value });
  made.add(Declared);
  return Declared;
}

/** Whether a class is one that `of` made, and no author's. */
export function isDeclaredBase(declared: object): boolean {
  return made.has(declared);
}

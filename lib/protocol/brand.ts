const ordinary = Function.prototype[Symbol.hasInstance];

/**
 * Lets `instanceof` know the objects that another copy of this package made, such as the one of a module that
 * an installed `shoji` serves. Classes that extend it are told apart as always.
 *
 * @param constructor - a class whose objects cross from one copy to another: errors, and what is passed in
 * @param name - the same in all copies, whatever a bundler calls the class
 */
export function brand(constructor: abstract new (...args: never) => object, name: string): void {
  const mark = Symbol.for(`koa-shoji/${name}`);
  Object.defineProperty(constructor.prototype, mark, { value: true });
  Object.defineProperty(constructor, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this !== constructor) return ordinary.call(this as typeof constructor, value);
      return typeof value === 'object' && value !== null && mark in value;
    },
  });
}

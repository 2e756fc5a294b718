import type { CatalogClass, EntityClass } from './classes.js';

type NamesIn<Map> = keyof Map & string;

/**
 * The names of a class's links, in its catalogs, fragments and views, and `page` where it has pages:
 * `LinkName<typeof Users>`. Of a class that is not known until run time, any string.
 */
export type LinkName<C> = CatalogClass extends C
  ? string
  : EntityClass extends C
    ? string
    : | (C extends { readonly catalogs: infer Map } ? NamesIn<Map> : never)
      | (C extends { readonly fragments: infer Map } ? NamesIn<Map> : never)
      | (C extends { readonly views: infer Map } ? NamesIn<Map> : never)
      // Optional where a class does not say it, so that only those that are given out in pages extend this.
      | (C extends { readonly page: number | object } ? 'page' : never);

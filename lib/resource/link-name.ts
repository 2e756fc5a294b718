import type { CatalogClass, EntityClass } from './classes.js';

type NamesIn<Map> = keyof Map & string;

type Maps = 'catalogs' | 'fragments' | 'views';

/**
 * The names of a class's links, in its catalogs, fragments and views, and `page` where it has pages:
 * `LinkName<typeof Users>`. Of a class that is not known until run time, any string.
 */
export type LinkName<C> = CatalogClass extends C
  ? string
  : EntityClass extends C
    ? string
    : | {
          [M in Maps]:
            | (C extends { readonly options: { readonly [N in M]?: infer Map } }
                ? NamesIn<NonNullable<Map>>
                : never)
            | (C extends { readonly [N in M]: () => infer Map } ? NamesIn<Map> : never);
        }[Maps]
      | (C extends { readonly options: { readonly page?: infer P } }
          ? [NonNullable<P>] extends [never]
            ? never
            : 'page'
          : never);

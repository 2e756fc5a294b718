import type { Catalog } from './catalog.js';
import type { Entity } from './entity.js';
import type { Fragment } from './fragment.js';
import type { ResourceRequest } from './request.js';
import type { View } from './view.js';

type Statics<C> = Omit<C, 'prototype'>;

/** Any class that extends {@link Catalog}. */
export type CatalogClass = Statics<typeof Catalog> &
  (abstract new (request: ResourceRequest, collection: never) => Catalog);
/** Any class that extends {@link Entity}. */
export type EntityClass = Statics<typeof Entity> & (abstract new () => Entity);
/** Any class that extends {@link Fragment}. */
export type FragmentClass = Statics<typeof Fragment> & (abstract new () => Fragment);
/** Any class that extends {@link View}. */
export type ViewClass = Statics<typeof View> & (abstract new () => View);
/** Any resource class. */
export type ResourceClass = CatalogClass | EntityClass | FragmentClass | ViewClass;

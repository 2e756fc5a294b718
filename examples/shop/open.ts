import Koa from 'koa';
import { health, shoji } from 'koa-shoji';
import type { Api } from 'koa-shoji';
import { authenticate, nameOf } from './auth.js';
import { guard } from './guard.js';
import { seed } from './seed.js';
import { Shop } from './shop.js';

/** The shop as it is served, and the API in it. */
export interface OpenShop {
  readonly app: Koa;
  readonly api: Api;
}

/**
 * Opens the shop on a store, and puts its first wares into one that is empty.
 *
 * @param store - `memory`, a file such as `shop.db`, or `postgres://user@host/database`
 */
export async function openShop(store: string): Promise<OpenShop> {
  const api = shoji(Shop, { guard, caller: nameOf, store });
  await api.start();
  try {
    await seed(api.store);
  } catch (error) {
    await api.stop();
    throw error;
  }

  const app = new Koa();
  app.use(health(api));
  app.use(authenticate);
  app.use(api.routes());
  return { app, api };
}

// A shop as a project of its own would have it: `shoji serve examples/shop`.
//
// Visitors see the products; a customer sees its own orders too and can place new ones; the staff sees and
// does everything. Tokens to try it with are in auth.ts.
import Koa from 'koa';
import { shoji } from 'koa-shoji';
import { authenticate } from './auth.js';
import { guard } from './guard.js';
import { seed } from './seed.js';
import { Shop } from './shop.js';

export const api = shoji(Shop, { guard, store: process.env.STORE ?? 'memory' });
await api.start();
await seed(api.store);

const app = new Koa();
app.use(authenticate);
app.use(api.routes());

export default app;

// A shop as a project of its own would have it: `shoji serve examples/shop`.
//
// Visitors see the products; a customer sees its own orders too and can place new ones; the staff sees and
// does everything. Tokens to try it with are in auth.ts. It keeps what it has in shop.db, or in what STORE
// names: `STORE=postgres://user@host/database`. `npm run seed` fills it with more.
import { openShop } from './open.js';

const shop = await openShop(process.env.STORE ?? 'shop.db');

export const { api } = shop;
export default shop.app;

import Koa from 'koa';
import { Pool } from 'pg';
import { portOf } from '../contestant.js';
import type { Contestant } from '../contestant.js';
import { bodyOf, idIn, rowDocument } from '../rows.js';
import type { UserRow } from '../rows.js';
import { WRITTEN, idsOf, userOf } from '../users.js';

const ROW = 'body::text AS body, updated::float8 AS updated';
const SELECT = { name: 'select', text: `SELECT ${ROW} FROM users WHERE id = $1` };
const UPDATE = {
  name: 'update',
  text: `UPDATE users SET updated = $1, body = body || $2 WHERE id = $3 RETURNING ${ROW}`,
};
const INSERT = {
  name: 'insert',
  text: `INSERT INTO users (updated, body) VALUES ($1, $2) RETURNING id::int, ${ROW}`,
};

export const contestant: Contestant = {
  note: 'Koa and pg with named prepared statements and a pool of 10; each write is a commit of its own. The text in the row is pasted into the answer; no routes, ETag, versions or schemas.',
  packages: ['koa', 'pg'],
  async serve(spec) {
    const pool = new Pool({ connectionString: spec.store, max: 10 });
    await pool.query(
      'CREATE TABLE users (id bigserial PRIMARY KEY, updated bigint NOT NULL, body jsonb NOT NULL)',
    );
    await pool.query(
      'INSERT INTO users (updated, body) SELECT $1, body FROM unnest($2::jsonb[]) AS given (body)',
      [WRITTEN.getTime(), idsOf(spec).map((id) => JSON.stringify(userOf(id)))],
    );

    const app = new Koa();
    app.use(async (ctx) => {
      let id = idIn(ctx.path);
      let row: UserRow | undefined;
      if (ctx.method === 'POST') {
        const values = [Date.now(), JSON.stringify(await bodyOf(ctx.req))];
        const { rows } = await pool.query<UserRow & { id: number }>({ ...INSERT, values });
        id = rows[0]?.id ?? 0;
        row = rows[0];
        ctx.status = 201;
        ctx.set('Location', `/users/${id}/`);
      } else if (ctx.method === 'PATCH') {
        const values = [Date.now(), JSON.stringify(await bodyOf(ctx.req)), id];
        row = (await pool.query<UserRow>({ ...UPDATE, values })).rows[0];
      } else {
        row = (await pool.query<UserRow>({ ...SELECT, values: [id] })).rows[0];
      }
      if (row === undefined) return;
      ctx.set('Content-Type', 'application/json');
      ctx.body = rowDocument(id, row);
    });
    return portOf(app.listen(0, '127.0.0.1'));
  },
};

import Koa from 'koa';
import Database from 'libsql';
import { portOf } from '../contestant.js';
import type { Contestant } from '../contestant.js';
import { bodyOf, idIn, rowDocument } from '../rows.js';
import type { UserRow } from '../rows.js';
import { WRITTEN, idsOf, userOf } from '../users.js';

export const contestant: Contestant = {
  note: 'Koa and prepared statements of the same driver, WAL and synchronous=FULL; each write is a commit of its own. The text in the row is pasted into the answer; no routes, ETag, versions or schemas.',
  packages: ['koa', 'libsql'],
  serve(spec) {
    const database = new Database(spec.store);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    database.exec(
      'CREATE TABLE users (id INTEGER PRIMARY KEY, updated INTEGER NOT NULL, body TEXT NOT NULL) STRICT',
    );
    const insert = database.prepare('INSERT INTO users (updated, body) VALUES (?, ?)');
    database.transaction(() => {
      for (const id of idsOf(spec)) insert.run(WRITTEN.getTime(), JSON.stringify(userOf(id)));
    })();
    const select = database.prepare('SELECT body, updated FROM users WHERE id = ?');
    const update = database.prepare('UPDATE users SET updated = ?, body = ? WHERE id = ?');

    const app = new Koa();
    app.use(async (ctx) => {
      const sent = ctx.method === 'GET' ? undefined : await bodyOf(ctx.req);
      let id = idIn(ctx.path);
      if (ctx.method === 'POST') {
        id = Number(insert.run(Date.now(), JSON.stringify(sent)).lastInsertRowid);
        ctx.status = 201;
        ctx.set('Location', `/users/${id}/`);
      }
      let [row] = select.all(id) as UserRow[];
      if (row === undefined) return;
      if (ctx.method === 'PATCH') {
        row = {
          body: JSON.stringify({ ...(JSON.parse(row.body) as object), ...sent }),
          updated: Date.now(),
        };
        update.run(row.updated, row.body, id);
      }
      ctx.set('Content-Type', 'application/json');
      ctx.body = rowDocument(id, row);
    });
    return portOf(app.listen(0, '127.0.0.1'));
  },
};

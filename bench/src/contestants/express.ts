import express from 'express';
import { createServer } from 'node:http';
import { portOf } from '../contestant.js';
import type { Contestant } from '../contestant.js';
import {
  PAGE_SIZE,
  catalogDocument,
  catalogsOf,
  entityDocument,
  pageDocument,
  soldCounts,
} from '../users.js';

export const contestant: Contestant = {
  note: 'A route a resource, res.json; as it comes: with a weak ETag (a digest of the text) and 304; no negotiation, schemas or problems.',
  packages: ['express'],
  serve(spec) {
    const app = express();
    for (const catalog of catalogsOf(spec)) {
      const { path, users } = catalog;
      app.get(`${path}sold_counts`, (req, res) => {
        res.json(soldCounts(catalog, Number(req.query['min'])));
      });
      app.get(`${path}:id/`, (req, res, next) => {
        const user = users.get(req.params.id);
        if (user === undefined) next();
        else res.json(entityDocument(req.path, user));
      });
      app.get(`${path}:id/sold_count`, (req, res, next) => {
        const user = users.get(req.params.id);
        if (user === undefined) next();
        else res.json(user.sold_count);
      });
      app.get(path, (req, res) => {
        const { after, limit = PAGE_SIZE } = req.query;
        res.json(spec.paged ? pageDocument(catalog, Number(after), Number(limit)) : catalogDocument(catalog));
      });
    }
    return portOf(createServer(app).listen(0, '127.0.0.1'));
  },
};

import { createServer } from 'node:http';
import { portOf } from '../contestant.js';
import type { Contestant } from '../contestant.js';
import { textFinder } from '../routing.js';
import { catalogsOf } from '../users.js';

export const contestant: Contestant = {
  note: 'The limit: node:http sends a text that is ready, with its type and length; no routes, ETag or errors.',
  packages: [],
  serve(spec) {
    const find = textFinder(catalogsOf(spec));
    const server = createServer((req, res) => {
      const text = find(req.url ?? '');
      if (text === undefined) {
        res.writeHead(404).end();
        return;
      }
      res.setHeader('Content-Type', 'application/json');
      res.setHeader('Content-Length', Buffer.byteLength(text));
      res.end(text);
    });
    return portOf(server.listen(0, '127.0.0.1'));
  },
};

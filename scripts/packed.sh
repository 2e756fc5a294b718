#!/usr/bin/env bash
# Installs the package as npm would publish it into an empty project, and uses it there: types, the API of
# the README, the command, the schemas.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$root"
tarball=$(npm pack --silent --pack-destination "$work")
cd "$work"
cat > package.json <<'JSON'
{ "name": "newcomer", "private": true, "type": "module" }
JSON
npm install --silent --no-audit --no-fund "./$tarball" koa typescript@7 @types/koa @types/node@20

# The first TypeScript block of the README is the API that a newcomer would write.
awk '/^```ts$/ { inside = 1; next } /^```$/ { if (inside) exit } inside' "$root/README.md" > api.ts
cat > tsconfig.json <<'JSON'
{
  "compilerOptions": {
    "target": "es2023",
    "module": "nodenext",
    "strict": true,
    "types": ["node"],
    "outDir": "out",
    "rootDir": "."
  },
  "files": ["api.ts", "uses.ts"]
}
JSON
cat > uses.ts <<'TS'
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Catalog, shoji } from 'koa-shoji';
import { CHECKS, check, htmlReport } from 'koa-shoji/check';
import { UriTemplate, convert, validate } from 'koa-shoji/protocol';
import { MemoryStore, sqliteStore } from 'koa-shoji/store';

const require = createRequire(import.meta.url);
const schema = JSON.parse(readFileSync(require.resolve('koa-shoji/schemas/draft-02/catalog.json'), 'utf8'));
assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
assert.equal(UriTemplate.parse('{id}/').expand({ id: 'a b' }), 'a%20b/');
assert.equal(validate({ element: 'shoji:catalog', self: '' }).valid, true);
assert.deepEqual(
  convert({ element: 'shoji:catalog', self: '', catalogs: ['bills/'] }, { from: 'draft-01', to: 'draft-02' }),
  { document: { element: 'shoji:catalog', self: '', catalogs: { bills: 'bills/' } }, losses: [] },
);
assert.ok(CHECKS.length > 10);
const { survey } = check('http://127.0.0.1/');
assert.match(htmlReport({ survey, findings: [] }), /<svg/);
class Empty extends Catalog {
  static iri = 'empty/';
}
assert.equal(shoji([Empty], { store: new MemoryStore() }).iri(Empty), '/empty/');
const kept = shoji([Empty], { store: sqliteStore('kept.db') });
await kept.start();
await kept.check();
await kept.stop();
// @ts-expect-error a misspelt option does not compile
assert.throws(() => shoji([Empty], { stroe: 'memory' }), /did you mean "store"/);
TS
npx tsc
node out/uses.js

printf '{"element": "shoji:catalog", "self": "", "catalogs": {"a": "b/"}}' | npx shoji validate -
# A large one is judged in a process of its own.
node -p 'JSON.stringify({ element: "shoji:catalog", self: "", title: "a".repeat(17 * 2 ** 20) })' | npx shoji validate -
# Not by npx, which would be told to stop in the place of the server.
PORT=0 node node_modules/.bin/shoji serve api.ts > log &
server=$!
for _ in $(seq 100); do grep -q http: log && break; sleep 0.1; done
address=$(grep -o 'http://[^ ]*' log)
npx shoji validate "$address"
npx shoji check "$address"
kill -TERM "$server"
wait "$server"
echo 'packed: installed, compiled, validated, served, checked'

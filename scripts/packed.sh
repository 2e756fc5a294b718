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
npm install --silent --no-audit --no-fund --omit=dev "./$tarball"

# Who validates needs no Koa; who serves is told of it.
catalog='{"element": "shoji:catalog", "self": "", "catalogs": {"a": "b/"}}'
printf '%s' "$catalog" | npx shoji validate -
cat > alone.js <<'JS'
import { View, shoji } from 'koa-shoji';

class One extends View.of({ iri: 'one' }) {
  value() {
    return 1;
  }
}
export default shoji([One], { store: 'memory' });
JS
npx shoji serve alone.js > told 2>&1 || cat told
grep --quiet 'needs the package koa; run npm install koa' told
npm install --silent --no-audit --no-fund --omit=dev koa

# What an installation brings is to stay little: measured were 42 packages and 28 MB, of which libsql has 19.
packages=$(npm ls --all --parseable | tail -n +2 | sort -u | wc -l)
megabytes=$(du -sm node_modules | cut -f1)
echo "packed: $packages packages, $megabytes MB"
[ "$packages" -le 46 ] && [ "$megabytes" -le 30 ] || { echo 'packed: these are too many'; exit 1; }

# A source map would lead to files that are not in the package.
package=node_modules/koa-shoji
if find $package -name '*.map' | grep . || grep -rl '^//# sourceMappingURL=' $package; then
  echo 'packed: source maps lead out of the package'
  exit 1
fi

# Every entry loads, and says of each package that it holds which version that is.
cat > every.js <<'JS'
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

const folder = new URL('node_modules/koa-shoji/', import.meta.url);
const { exports } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
for (const [entry, target] of Object.entries(exports)) {
  if (target.default === undefined) continue;
  const module = await import(`koa-shoji${entry.slice(1)}`);
  assert.ok(Object.keys(module).length > 0, entry);
  assert.ok(existsSync(new URL(target.types, folder)), target.types);
}
const { components } = JSON.parse(readFileSync(new URL('dist/bundle/copied.cdx.json', folder), 'utf8'));
const licences = readFileSync(new URL('dist/bundle/LICENSES.txt', folder), 'utf8');
for (const { name, version } of components) assert.ok(licences.includes(`${name} ${version} (`), name);
const { postgresStore } = await import('koa-shoji/store');
assert.throws(() => postgresStore('postgres://localhost/none'), /needs the package pg; run npm install pg/);
JS
node every.js

npm install --silent --no-audit --no-fund -D typescript@7 @types/koa @types/node@20 @koa/router@15

# The first TypeScript block of the README is the API that a newcomer would write.
awk '/^```ts$/ { inside = 1; next } /^```$/ { if (inside) exit } inside' "$root/README.md" > api.ts
cat > tsconfig.json <<'JSON'
{
  "compilerOptions": {
    "target": "es2023",
    "module": "nodenext",
    "strict": true,
    "types": ["node"],
    "declaration": true,
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
import Router from '@koa/router';
import { Catalog, Entity, shoji } from 'koa-shoji';
import { CHECKS, check, htmlReport } from 'koa-shoji/check';
import { UriTemplate, convert, validate } from 'koa-shoji/protocol';
import { MemoryStore, sqliteStore } from 'koa-shoji/store';
import { Type } from 'koa-shoji/typebox';

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
// A pattern that only recheck can judge.
class Slow extends Entity.of({ body: Type.Object({ name: Type.String({ pattern: '^(a+)+$' }) }) }) {}
class Slows extends Catalog.of(Slow, { iri: 'slows/' }) {}
assert.throws(() => shoji([Slows], { store: 'memory' }), /can backtrack without bound/);
class Empty extends Catalog.of({ iri: 'empty/' }) {}
assert.equal(shoji([Empty], { store: new MemoryStore() }).iri(Empty), '/empty/');
// A router nests the API by one of its own, which is copied into the package.
const router = new Router({ prefix: '/api' }).use(shoji([Empty], { store: 'memory' }).routes());
assert.ok(router.match('/api/empty/', 'GET').route);
const kept = shoji([Empty], { store: sqliteStore('kept.db') });
await kept.start();
await kept.check();
await kept.stop();
// @ts-expect-error a misspelt option does not compile
assert.throws(() => shoji([Empty], { stroe: 'memory' }), /did you mean "store"/);
TS
npx tsc
node out/uses.js

# A large document is judged in a process of its own.
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

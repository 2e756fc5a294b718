// Builds what the tests need, and runs them.
//
//   npm test                           all of them
//   npm test -- spec/http              those of a folder, or of a file: spec/http/etag.spec.ts
//   npm test -- --quick spec/check     without the suites that are tagged as slow
//   npm run test:unit                  those that need no sockets, databases and processes, in half a minute
//   npm test -- --grep 'PATCH'         any option of mocha's
//
// A suite is slow that takes more than five seconds; a line of its file says `// @slow`, and why.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const spec = join(root, 'spec');
const dist = join(root, 'dist');
const bin = join(root, 'node_modules/.bin');

/** Folders and files whose suites, but for the slow ones, need nothing but the compiler's output of themselves. */
const UNIT = [
  'protocol',
  'http',
  'resource',
  'declaration',
  'types',
  'store/memory',
  'store/memory.spec.ts',
  'store/position.spec.ts',
].map((path) => join(spec, path));

const asked = readArguments(process.argv.slice(2));
const suites = [...new Set(pathsOf(asked).flatMap(suitesIn))]
  .filter((file) => !(asked.unit || asked.quick) || !isSlow(file))
  .toSorted((one, other) => (one < other ? -1 : 1));
if (suites.length === 0) fail('there are no tests in what is named');

build(suites);
const { require: hooks, timeout, forbidOnly } = readJson(join(root, '.mocharc.json'));
run('mocha', [
  '--no-config',
  ...hooks.flatMap((file) => ['--require', join(root, file)]),
  `--timeout=${timeout}`,
  ...(forbidOnly ? ['--forbid-only'] : []),
  ...asked.rest,
  ...suites.map((file) => relative('.', emittedFrom(file))),
]);

/** What is for this script, and what is mocha's. */
function readArguments(args) {
  const paths = [];
  const rest = [];
  for (const arg of args) {
    if (arg === '--unit' || arg === '--quick') continue;
    if (!arg.startsWith('-') && existsSync(arg)) paths.push(resolve(arg));
    else if (arg.startsWith('spec/')) fail(`there is no ${arg}`);
    else rest.push(arg);
  }
  return { unit: args.includes('--unit'), quick: args.includes('--quick'), paths, rest };
}

/** The folders and files whose tests are asked for. */
function pathsOf({ unit, paths }) {
  if (unit) return UNIT.filter((path) => existsSync(path));
  return paths.length > 0 ? paths : [spec];
}

/** The test files in a folder; a file is itself. */
function suitesIn(path) {
  const files = statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true }).map((name) => join(path, name))
    : [path];
  return files.filter((file) => file.startsWith(spec) && file.endsWith('.spec.ts'));
}

function isSlow(file) {
  return /^\/\/ @slow\b/m.test(readFileSync(file, 'utf8'));
}

function isUnit(file) {
  return UNIT.some((path) => file === path || file.startsWith(`${path}/`)) && !isSlow(file);
}

/** Other suites run examples, the command and what is packed; these need a part of what the compiler makes. */
function build(files) {
  if (!files.every(isUnit)) return run('npm', ['run', '--silent', 'build']);
  const folder = join(dist, 'unit');
  mkdirSync(folder, { recursive: true });
  const config = {
    extends: '../../spec/tsconfig.json',
    compilerOptions: { tsBuildInfoFile: 'unit.tsbuildinfo' },
    files: [...files, join(spec, 'root-hooks.ts')],
    include: [],
    references: [{ path: root }],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  run('tsc', ['-b', folder]);
  run(process.execPath, [join(root, 'scripts/compile-schemas.js')]);
}

function emittedFrom(file) {
  return join(dist, 'spec', relative(spec, file)).replace(/\.ts$/, '.js');
}

/** Runs a program to its end, and ends with it where it fails. */
function run(program, args) {
  const path = existsSync(join(bin, program)) ? join(bin, program) : program;
  const { status, error } = spawnSync(path, args.map(String), { stdio: 'inherit' });
  if (error !== undefined) fail(error.message);
  if (status !== 0) process.exit(status ?? 1);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

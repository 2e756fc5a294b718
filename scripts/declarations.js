// Gathers the declarations that the package is published with: what its entries reach, and no more.
//
//   node scripts/declarations.js
//
// Reads dist/lib/**/*.d.ts, writes dist/types. Types of packages that are copied into the bundle are copied too,
// to dist/types/packages/: their users need not install them. A compiler without `skipLibCheck` checks every
// declaration that it reads, for which TypeBox alone takes it longer than all else together; so these copies,
// which are as their authors published them, begin with `@ts-nocheck`.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const lib = join(root, 'dist/lib');
const types = join(root, 'dist/types');
const packages = join(root, 'node_modules');

const { exports, dependencies, peerDependencies } = readJson(join(root, 'package.json'));
const OUTSIDE = Object.keys({ ...dependencies, ...peerDependencies });

/** Where less is needed than what a package exports by that name: of its validator only the types of schemas. */
const NARROWED = { 'typebox/schema': 'typebox/build/schema/static/index.d.mts' };

/** What follows in a declaration from which module something is. */
const SPECIFIER = /(\bfrom\s+|\bimport\s+|\bimport\(\s*)(['"])([^'"\n]+)\2/g;
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

rmSync(types, { recursive: true, force: true });
const written = new Set();
for (const { types: path } of Object.values(exports)) {
  if (path !== undefined) copy(join(lib, relative('dist/types', path)));
}

/** Copies a declaration with all that it reaches. */
function copy(file) {
  if (written.has(file)) return;
  written.add(file);
  const target = targetOf(file);
  const reached = new Map();
  for (const [, , , specifier] of readFileSync(file, 'utf8').replaceAll(COMMENT, '').matchAll(SPECIFIER)) {
    const module = moduleOf(specifier, file);
    if (module === undefined) continue;
    reached.set(specifier, specifierOf(targetOf(module), target));
    copy(module);
  }
  const text = readFileSync(file, 'utf8')
    .replace(/^\/\/# sourceMappingURL=.*$/m, '')
    .replaceAll(SPECIFIER, (whole, before, quote, specifier) =>
      reached.has(specifier) ? `${before}${quote}${reached.get(specifier)}${quote}` : whole,
    );
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, file.startsWith(packages) ? `// @ts-nocheck\n${text}` : text);
}

/** The declaration that a specifier leads to; undefined where that stays outside of the package. */
function moduleOf(specifier, from) {
  if (specifier.startsWith('.')) return declarationOf(resolve(dirname(from), specifier));
  if (Object.hasOwn(NARROWED, specifier)) return join(packages, NARROWED[specifier]);
  const name = specifier.match(/^(?:@[^/]+\/)?[^/]+/)[0];
  if (specifier.startsWith('node:') || OUTSIDE.includes(name)) return undefined;
  const folder = join(packages, name);
  const manifest = readJson(join(folder, 'package.json'));
  const entry = manifest.exports?.[`.${specifier.slice(name.length)}`];
  const path = entry?.import?.types ?? entry?.import ?? manifest.types ?? manifest.main;
  return declarationOf(join(folder, path));
}

/** The declaration beside a module. */
function declarationOf(module) {
  const file = /\.d\.[cm]?ts$/.test(module) ? module : module.replace(/\.([cm]?)js$/, '.d.$1ts');
  if (!existsSync(file)) throw new Error(`${relative(root, module)} has no declaration beside it`);
  return file;
}

function targetOf(file) {
  return file.startsWith(packages)
    ? join(types, 'packages', relative(packages, file))
    : join(types, relative(lib, file));
}

function specifierOf(target, from) {
  const path = relative(dirname(from), target).replace(/\.d\.([cm]?)ts$/, '.$1js');
  return path.startsWith('.') ? path : `./${path}`;
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

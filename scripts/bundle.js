// Joins the modules that the compiler made into a few: Node takes half a millisecond for each module that it
// loads, and an API that is served would load some two hundred of ours before it listens, and as many of the
// packages that only we use.
//
//   node scripts/bundle.js
//
// Reads dist/lib, writes dist/bundle: one module for each that package.json exports, one for the command, and in
// chunks/ what they share and what is loaded only when it is asked for. The code is as readable as it was, and
// its source maps lead to lib/. What package.json names as a dependency stays outside; what else is imported is
// copied, with its licence in LICENSES.txt.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const root = resolve(import.meta.dirname, '..');
const lib = join(root, 'dist/lib');
const bundle = join(root, 'dist/bundle');

const ENTRIES = {
  index: 'index.js',
  protocol: 'protocol/index.js',
  check: 'check/index.js',
  store: 'store/index.js',
  'store-contract': 'store-contract/index.js',
  typebox: 'typebox.js',
  cli: 'cli/main.js',
  // Started by its path, which is beside the chunk that starts it.
  'chunks/large-process': 'cli/validate/large-process.js',
};

/** TypeBox is a dependency for its types alone. */
const OUTSIDE = Object.keys(readPackage(root).dependencies).filter((name) => name !== 'typebox');

rmSync(bundle, { recursive: true, force: true });
const build = await rolldown({
  input: Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, join(lib, path)])),
  platform: 'node',
  external: (id) => OUTSIDE.some((name) => id === name || id.startsWith(`${name}/`)),
  plugins: [{ name: 'maps of the compiler', load: withMap }],
});
const { output } = await build.write({
  dir: bundle,
  format: 'es',
  sourcemap: true,
  chunkFileNames: 'chunks/[name].js',
  minifyInternalExports: false,
  sourcemapExcludeSources: true,
});
await build.close();
writeFileSync(join(bundle, 'LICENSES.txt'), noticesOf(output.flatMap(({ moduleIds = [] }) => moduleIds)));

/** A module of ours with the map that leads to its source. */
async function withMap(id) {
  if (!id.startsWith(lib)) return null;
  const code = await readFile(id, 'utf8');
  const map = existsSync(`${id}.map`) ? await readFile(`${id}.map`, 'utf8') : null;
  return { code, map };
}

/** What the licences of the packages that modules are from ask to be kept with every copy. */
function noticesOf(modules) {
  const folders = modules.filter((id) => id.includes('node_modules')).map(packageFolderOf);
  const packages = [...new Set(folders)].toSorted((one, other) => one.localeCompare(other));
  const notices = packages.map((folder) => {
    const { name, version, license, author } = readPackage(folder);
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text =
      file === undefined ? `By ${author.name ?? author}` : readFileSync(join(folder, file), 'utf8');
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  return `The modules in this folder hold code of these packages.\n\n${notices.join('\n---\n\n')}`;
}

/** The folder of the package that a module is from. */
function packageFolderOf(id) {
  let folder = dirname(id);
  // Some packages have package.json files within that say nothing but the type of their modules.
  while (!existsSync(join(folder, 'package.json')) || readPackage(folder).version === undefined) {
    folder = dirname(folder);
  }
  return folder;
}

function readPackage(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

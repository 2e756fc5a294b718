// Joins the modules that the compiler made into a few: Node takes half a millisecond for each module that it
// loads, and an API that is served would load some two hundred of ours before it listens, and as many of the
// packages that only we use.
//
//   node scripts/bundle.js
//
// Reads dist/lib, writes dist/bundle: one module for each that package.json exports, one for the command, and in
// chunks/ what they share and what is loaded only when it is asked for. The code is as readable as it was, and
// has no source maps: lib/ is not part of the package. What package.json names as a dependency or a peer stays
// outside; what else is imported is copied, with its licence in LICENSES.txt and its version in copied.cdx.json.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const root = resolve(import.meta.dirname, '..');
const lib = join(root, 'dist/lib');
const bundle = join(root, 'dist/bundle');

const { exports, dependencies, peerDependencies } = readPackage(root);

/** What package.json exports, by the declarations that tell which module it is; and what it does not. */
const ENTRIES = {
  ...Object.fromEntries(
    Object.values(exports)
      .filter(({ types }) => types !== undefined)
      .map((entry) => [
        posix.relative('dist/bundle', entry.default).replace(/\.js$/, ''),
        posix.relative('dist/types', entry.types).replace(/\.d\.ts$/, '.js'),
      ]),
  ),
  cli: 'cli/main.js',
  // Started by its path, which is beside the chunk that starts it.
  'chunks/large-process': 'cli/validate/large-process.js',
};

/** Packages that few need, which our modules load in the middle of a function: by `require`, as import() would wait. */
const REQUIRED = {
  'recheck/lib/browser.js': 'copied/recheck.cjs',
  '@koa/router': 'copied/koa-router.cjs',
};

/** What was made small by its authors is not printed larger. */
const WITHOUT_SPACE = { compress: false, mangle: false, codegen: { removeWhitespace: true } };

const OUTSIDE = Object.keys({ ...dependencies, ...peerDependencies });
const isOutside = (id) => OUTSIDE.some((name) => id === name || id.startsWith(`${name}/`));

rmSync(bundle, { recursive: true, force: true });
const modules = [
  ...(await write(
    {
      input: Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, join(lib, path)])),
      plugins: [{ name: 'paths of what is required', renderChunk: requireCopies }],
    },
    { format: 'es', chunkFileNames: 'chunks/[name].js', minifyInternalExports: false },
  )),
  ...(await Promise.all(
    Object.entries(REQUIRED).map(([input, entryFileNames]) =>
      write(
        { input, plugins: [{ name: 'no second recheck', transform: withoutWorker }] },
        { format: 'cjs', exports: 'named', entryFileNames, minify: WITHOUT_SPACE },
      ),
    ),
  )),
].flat();
const packages = copiedPackages(modules);
writeFileSync(join(bundle, 'LICENSES.txt'), noticesOf(packages));
writeFileSync(join(bundle, 'copied.cdx.json'), `${JSON.stringify(billOf(packages), null, 2)}\n`);

/** Writes a bundle, and tells which modules are in it. */
async function write(input, output) {
  const build = await rolldown({ platform: 'node', external: isOutside, cwd: root, ...input });
  const written = await build.write({ dir: bundle, ...output });
  await build.close();
  return written.output.flatMap(({ moduleIds = [] }) => moduleIds);
}

/** What is required by its name in dist/lib lies beside the chunks in the bundle. */
function requireCopies(code, { fileName }) {
  return Object.entries(REQUIRED).reduce((text, [name, copy]) => {
    const path = posix.relative(posix.dirname(fileName), copy);
    return text.replaceAll(`("${name}")`, `("${path.startsWith('.') ? path : `./${path}`}")`);
  }, code);
}

/** Recheck has all of its code a second time, as a text for workers, which are never started here. */
function withoutWorker(code, id) {
  if (!id.endsWith('recheck/lib/browser.js')) return undefined;
  const text = /=`"use strict";(?:[^`\\]|\\.)*`/gs;
  const lengths = [...code.matchAll(text)].map(([found]) => found.length);
  if (lengths.length !== 1 || lengths[0] < code.length / 3) {
    throw new Error('recheck has changed; see what of it is to be copied');
  }
  return code.replace(text, '=""');
}

/** The packages that modules are from, each with its folder. */
function copiedPackages(ids) {
  const folders = ids.filter((id) => id.includes('node_modules')).map(packageFolderOf);
  return [...new Set(folders)]
    .map((folder) => ({ folder, ...readPackage(folder) }))
    .toSorted((one, other) => one.name.localeCompare(other.name));
}

/** What the licences of the packages ask to be kept with every copy. */
function noticesOf(copied) {
  const notices = copied.map(({ folder, name, version, license, author, repository }) => {
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text =
      file === undefined
        ? `By ${author?.name ?? author ?? `the authors of ${repository}`}`
        : readFileSync(join(folder, file), 'utf8');
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  return `The modules in this folder hold code of these packages.\n\n${notices.join('\n---\n\n')}`;
}

/** The packages as a bill of materials, which scanners for known vulnerabilities read (CycloneDX). */
function billOf(copied) {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    components: copied.map(({ name, version, license }) => ({
      type: 'library',
      name,
      version,
      purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
      licenses: [{ license: { id: license } }],
    })),
  };
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

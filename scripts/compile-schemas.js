// Compiles the JSON Schemas of the protocol to code, so that validating needs no Ajv and no eval; and the
// meta-schema that declared schemas are checked by, which Ajv would compile anew in every process.
//
//   node scripts/compile-schemas.js [dist]
//
// Writes one ESM module for each dialect to <dist>/lib/protocol/compiled/, with one function for each
// kind of document, and the types beside it; and one of the meta-schema to
// <dist>/lib/declaration/compiled/. `dist` is the compiler's output folder, `dist` by default.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';

const root = resolve(import.meta.dirname, '..');
const schemas = join(root, 'schemas');
const dist = resolve(root, process.argv[2] ?? 'dist');
const PROTOCOL = 'lib/protocol/compiled';
const DECLARATION = 'lib/declaration/compiled';

const { stopAfter } = await import(pathToFileURL(join(dist, 'lib/declaration/bounded-ajv.js')).href);

/** What tells functions of schemas, beside the document, how many errors to look for. */
const OPTIONS = /dynamicAnchors=\{\}\}=\{\}/g;
const OPTIONS_WITH_MOST = 'dynamicAnchors={}, maxErrors=Infinity}={}';

/** Ajv joins errors of nested schemas by copying all that came before, which many errors make slow. */
const COPYING = /(\w+) === null \? (\w+(?:\.\w+)*\.errors) : \1\.concat\(\2\)/g;
const APPENDING = 'append($1, $2)';
const APPEND = `function append(errors, more) {
  if (errors === null) return more;
  for (const error of more) errors.push(error);
  return errors;
}
`;

for (const folder of [PROTOCOL, DECLARATION]) {
  mkdirSync(join(dist, folder), { recursive: true });
  for (const file of readdirSync(join(root, folder)))
    copyFileSync(join(root, folder, file), join(dist, folder, file));
}
for (const dialect of readdirSync(schemas)) {
  writeFileSync(join(dist, PROTOCOL, `${dialect}.js`), compile(dialect));
}
writeFileSync(join(dist, DECLARATION, 'meta-schema.js'), compileMetaSchema());

/** The module that validates one dialect's documents. */
function compile(dialect) {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    // `format` is for other readers of the schemas: IRIs are checked by rules of their own.
    validateFormats: false,
    // Counts UTF-16 units for minLength, which saves an import; the schemas ask for one at most.
    unicode: false,
    // Says nothing but that `unicode` is to go; `strict` throws whatever else there is to say.
    logger: false,
    code: { source: true, esm: true, lines: true },
  });
  const ids = {};
  for (const file of readdirSync(join(schemas, dialect))) {
    const schema = JSON.parse(readFileSync(join(schemas, dialect, file), 'utf8'));
    // Requests need no "self": whether it has to be there is for `validate` to say, which knows the role.
    schema.required = schema.required?.filter((member) => member !== 'self');
    if (schema.required === undefined) delete schema.required;
    ajv.addSchema(schema);
    // `index-patch.json` is the function `indexPatch`.
    const name = basename(file, '.json').replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
    ids[name] = schema.$id;
  }
  const code = standalone.default(ajv, ids);
  if (/\brequire\(|\bimport\b/.test(code)) {
    throw new Error(`schemas/${dialect} compile to code that imports; use keywords that need no import`);
  }
  const bounded = stopAfter(code, 'maxErrors')
    .replaceAll(OPTIONS, OPTIONS_WITH_MOST)
    .replaceAll('rootData,dynamicAnchors}', 'rootData,dynamicAnchors,maxErrors}');
  return `${bounded.replaceAll(COPYING, APPENDING)}\n${APPEND}`;
}

/** The module that checks declared schemas, as Ajv itself does before it compiles them. */
function compileMetaSchema() {
  const ajv = new Ajv2020({ code: { source: true, esm: true, lines: true } });
  const code = standalone.default(ajv, { isSchema: ajv.defaultMeta() });
  const imported = code.replace(
    'const func0 = require("ajv/dist/runtime/equal").default;',
    'import { default as equal } from "ajv/dist/runtime/equal.js";\nconst func0 = equal.default;',
  );
  if (/\brequire\(/.test(imported)) {
    throw new Error(
      'the meta-schema compiles to code that requires more than is known here; import that too',
    );
  }
  return imported;
}

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { AnySchemaObject } from 'ajv/dist/2020.js';
import { DIALECTS, dialects } from '../lib/protocol/dialects/dialects.js';
import type { Dialect } from '../lib/protocol/dialects/dialects.js';
import type { Role } from '../lib/protocol/role.js';
import { validate } from '../lib/protocol/validate.js';

const root = dirname(createRequire(import.meta.url).resolve('koa-shoji/package.json'));
const schemas = join(root, 'schemas');
const compiled = fileURLToPath(new URL('../lib/protocol/compiled', import.meta.url));

interface SchemaFile {
  readonly dialect: Dialect;
  readonly kind: string;
  readonly schema: AnySchemaObject;
}

const files: readonly SchemaFile[] = DIALECTS.flatMap((dialect) =>
  readdirSync(join(schemas, dialect)).map((file) => ({
    dialect,
    kind: file.replace(/\.json$/, ''),
    schema: JSON.parse(readFileSync(join(schemas, dialect, file), 'utf8')),
  })),
);

function roleOf(kind: string): Role {
  return kind === 'index-patch' ? 'index-patch' : 'response';
}

/** `index-patch.json` is compiled to `indexPatch`. */
function functionName(kind: string): string {
  return kind.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Every schema within a schema: what stands under its properties, definitions and items. */
function* subschemas(schema: AnySchemaObject): Generator<AnySchemaObject> {
  yield schema;
  for (const keyword of ['properties', '$defs']) {
    for (const inner of Object.values<AnySchemaObject>(schema[keyword] ?? {})) yield* subschemas(inner);
  }
}

describe('schemas', () => {
  it('are there for every dialect and every element', () => {
    assert.deepEqual([...DIALECTS].toSorted(), readdirSync(schemas).toSorted());
    for (const dialect of DIALECTS) {
      const kinds = files.filter((file) => file.dialect === dialect).map(({ kind }) => kind);
      const elements = [...dialects[dialect].schemas.keys()].map((element) => element.replace('shoji:', ''));
      const patches = dialects[dialect].indexPatch === undefined ? [] : ['index-patch'];
      assert.deepEqual(kinds.toSorted(), [...elements, ...patches, 'value'].toSorted());
    }
  });

  for (const { dialect, kind, schema } of files) {
    describe(`${dialect}/${kind}.json`, () => {
      const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false });

      it('can be used alone, by any validator', () => {
        assert.equal(ajv.validateSchema(schema), true);
        assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
        assert.equal(schema.$id, `urn:koa-shoji:schema:${dialect}:${kind}`);
        const references = JSON.stringify(schema).matchAll(/"\$ref":"([^"]*)"/g);
        for (const [, reference = ''] of references) assert.match(reference, /^#\/\$defs\/\w+$/);
      });

      it('says what everything is', () => {
        for (const part of subschemas(schema)) {
          assert.ok(part.description !== undefined || part.$ref !== undefined, JSON.stringify(part));
        }
        assert.equal(typeof schema.title, 'string');
      });

      it('has examples that obey it, and every rule beyond it', () => {
        const examples: readonly unknown[] = schema.examples;
        assert.ok(examples.length > 0);
        const isValid = ajv.compile(schema);
        for (const example of examples) {
          assert.ok(isValid(example), JSON.stringify(isValid.errors));
          assert.deepEqual(validate(example, { dialect, role: roleOf(kind) }).findings, []);
        }
      });
    });
  }

  it('refuse what lacks its required members or its element', () => {
    for (const { dialect, schema } of files.filter(({ kind }) => kind !== 'value')) {
      const isValid = new Ajv2020({ allowUnionTypes: true, validateFormats: false }).compile(schema);
      const [example] = schema.examples;
      for (const member of schema.required) {
        const { [member]: _, ...without } = example;
        assert.equal(isValid(without), false, `${dialect} without ${member}`);
      }
      assert.equal(isValid({ ...example, element: 'shoji:other' }), false);
      assert.equal(isValid([]), false);
    }
  });
});

describe('what schemas refuse', () => {
  for (const { dialect, kind, schema } of files.filter((file) => file.kind !== 'value')) {
    it(`is put in words of its own: ${dialect}/${kind}.json`, () => {
      const [example] = schema.examples;
      const members = Object.keys(schema.properties).filter((member) => !/^(?:element|value)$/.test(member));
      for (const member of members) {
        for (const wrong of [true, [true], { name: true }]) {
          const { findings } = validate({ ...example, [member]: wrong }, { dialect, role: roleOf(kind) });
          const errors = findings.filter(({ level }) => level === 'error');
          for (const { message } of errors) assert.match(message, /; it must be an? |one member$/);
        }
        const { findings } = validate({ ...example, [member]: true }, { dialect, role: roleOf(kind) });
        assert.deepEqual(
          findings.map(({ rule, pointer }) => `${rule} ${pointer}`),
          [`member-type /${member}`],
        );
      }
    });
  }
});

describe('compiled schemas', () => {
  for (const dialect of DIALECTS) {
    const code = readFileSync(join(compiled, `${dialect}.js`), 'utf8');

    it(`of ${dialect} import nothing, evaluate nothing, and copy no errors`, () => {
      assert.doesNotMatch(code, /\brequire\(|\bimport\b|\beval\b|new Function/);
      assert.doesNotMatch(code, /\.concat\(/);
    });

    it(`of ${dialect} are exported for every kind`, () => {
      const exported = [...code.matchAll(/^export const (\w+)/gm)].map(([, name]) => name ?? '');
      const kinds = files.filter((file) => file.dialect === dialect).map(({ kind }) => kind);
      assert.deepEqual(exported.toSorted(), kinds.map(functionName).toSorted());
    });
  }
});

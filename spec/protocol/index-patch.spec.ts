import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { validate, type Validation } from '../../lib/protocol/validate.js';

const root = dirname(createRequire(import.meta.url).resolve('koa-shoji/package.json'));
const DIALECTS = ['draft-02', 'crunch'] as const;

const patch = {
  element: 'shoji:catalog',
  index: { '1/': { year: 2004 }, '2/': null },
  etags: { '1/': '"v7"' },
};

const said = ({ findings }: Validation): readonly string[] =>
  findings.map(({ level, rule, pointer }) => `${level} ${rule} ${pointer}`);

describe('validate: the PATCH of a catalog by index', () => {
  for (const dialect of DIALECTS) {
    it(`has nothing to say of one in ${dialect}, as a request or in its own role`, () => {
      for (const role of ['request', 'index-patch'] as const) {
        for (const document of [patch, { ...patch, self: '/books/' }, { ...patch, index: {} }]) {
          assert.deepEqual(said(validate(document, { dialect, role })), []);
        }
      }
    });

    it(`has a schema in ${dialect} that any validator compiles without options`, () => {
      const schema = JSON.parse(readFileSync(join(root, 'schemas', dialect, 'index-patch.json'), 'utf8'));
      const warned: unknown[] = [];
      const note = (...message: unknown[]) => warned.push(message);
      const ajv = new Ajv2020({ logger: { log: note, warn: note, error: note } });
      const isPatch = ajv.compile(schema);
      assert.deepEqual(warned, []);
      assert.doesNotThrow(() => new Ajv2020().compile(schema));
      assert.doesNotThrow(() => new Ajv2020({ strict: true }).compile(schema));
      assert.equal(isPatch(patch), true);
      for (const wrong of [1, 'x', true, [], [{}]]) {
        assert.equal(isPatch({ ...patch, index: wrong }), false, `index ${JSON.stringify(wrong)}`);
        assert.equal(isPatch({ ...patch, index: { '1/': wrong } }), false, JSON.stringify(wrong));
      }
      assert.equal(isPatch({ ...patch, etags: { '1/': 7 } }), false);
      assert.equal(isPatch({ element: 'shoji:catalog' }), false);
    });

    it(`finds what is wrong with one in ${dialect}`, () => {
      const wrong = { ...patch, index: { '1/': 5, './1/': {}, 'a b': {} }, etags: { '1/': 7 } };
      assert.deepEqual(said(validate(wrong, { dialect, role: 'index-patch' })), [
        'error item-type /index/1~1',
        'warning repeated-entity /index/.~11~1',
        'error malformed-iri /index/a b',
        'error item-type /etags/1~1',
      ]);
    });
  }

  it('asks for an index in its own role alone', () => {
    const { index: _, ...bare } = patch;
    const { findings } = validate({ ...bare, etags: {} }, { role: 'index-patch' });
    assert.deepEqual(
      findings.map(({ message }) => message),
      [
        'a PATCH by index holds its changes in "index", and there is none: add it, such as "index": {"1/": {"title": "New"}}',
      ],
    );
    assert.deepEqual(said(validate({ element: 'shoji:catalog' }, { role: 'request' })), []);
  });

  it('is a catalog, and nothing else', () => {
    const { findings } = validate({ ...patch, element: 'shoji:entity' }, { role: 'index-patch' });
    assert.match(findings[0]?.message ?? '', /; write "shoji:catalog"$/);
  });

  it('is still a catalog of another dialect where a server sends it', () => {
    assert.deepEqual(said(validate({ ...patch, self: '' }, { role: 'response' })), [
      'note other-dialect /index',
    ]);
  });
});

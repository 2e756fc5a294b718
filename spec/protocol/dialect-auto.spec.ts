import assert from 'node:assert/strict';
import { validate, validateText, type ValidateOptions } from '../../lib/protocol/validate.js';

/** The findings on a document as `level rule pointer`. */
function findingsOn(document: unknown, options: ValidateOptions): readonly string[] {
  return validate(document, options).findings.map(
    ({ level, rule, pointer }) => `${level} ${rule} ${pointer}`,
  );
}

const catalog = { element: 'shoji:catalog', self: '/books/' };
const map = { authors: 'authors/' };

describe('validate: the dialect auto', () => {
  const cases: readonly (readonly [document: unknown, dialect: string, pointer: string])[] = [
    [{ element: 'shoji:view', self: '', value: 3 }, 'crunch', '/element'],
    [{ element: 'shoji:order', self: '', graph: [] }, 'crunch', '/element'],
    [{ element: 'shoji:view', self: '', catalogs: {} }, 'crunch', '/element'],
    [{ ...catalog, catalogs: ['authors/'] }, 'draft-01', '/catalogs'],
    [{ ...catalog, views: [], fragments: ['x'] }, 'draft-01', '/fragments'],
    [{ ...catalog, views: [], index: {} }, 'draft-01', '/views'],
    [{ ...catalog, index: { '1/': {} } }, 'crunch', '/index'],
    [{ ...catalog, catalogs: map, orders: {} }, 'crunch', '/orders'],
    [{ ...catalog, urls: map }, 'crunch', '/urls'],
    [{ ...catalog, folder_trees: map }, 'crunch', '/folder_trees'],
    [{ ...catalog, catalogs: map }, 'draft-02', '/catalogs'],
    [{ ...catalog, views: {} }, 'draft-02', '/views'],
    [catalog, 'draft-02', ''],
    [{ ...catalog, index: 3, orders: 'x', urls: [] }, 'draft-02', ''],
    [{ index: {}, orders: {} }, 'draft-02', ''],
    [387, 'draft-02', ''],
    [null, 'draft-02', ''],
  ];
  for (const [document, dialect, pointer] of cases) {
    it(`judges ${JSON.stringify(document)} as ${dialect}`, () => {
      const { findings, ...rest } = validate(document, { dialect: 'auto' });
      assert.equal(rest.dialect, dialect);
      assert.equal(rest.valid, true);
      assert.deepEqual(
        findings.map((finding) => [finding.level, finding.rule, finding.pointer]),
        [['note', 'dialect-chosen', pointer]],
      );
      assert.ok(findings[0]?.message.includes(`judged as ${dialect}`));
    });
  }

  it('goes by the map where there are arrays and maps, and refuses the array', () => {
    const options = { dialect: 'auto' } as const;
    assert.deepEqual(findingsOn({ ...catalog, catalogs: map, views: [] }, options), [
      'note dialect-chosen /catalogs',
      'error member-type /views',
    ]);
  });

  it('takes evidence from a document that lost its element', () => {
    const { dialect, findings } = validate({ self: '', index: {} }, { dialect: 'auto' });
    assert.equal(dialect, 'crunch');
    assert.deepEqual(findings.map(({ rule }) => rule).toSorted(), ['dialect-chosen', 'missing-element']);
  });

  it('says where in a text the evidence is', () => {
    const [note] = validateText('{"element": "shoji:catalog",\n "self": "",\n "index": {}}', {
      dialect: 'auto',
    }).findings;
    assert.deepEqual([note?.line, note?.column], [3, 11]);
  });

  it('picks the default where there is no document to go by', () => {
    assert.equal(validateText('{', { dialect: 'auto' }).dialect, 'draft-02');
    assert.equal(validateText('{', { dialect: 'crunch' }).dialect, 'crunch');
  });
});

describe('validate: documents that read as another dialect', () => {
  it('notes it, with the option to write', () => {
    const cases = [
      [{ ...catalog, index: {} }, 'draft-02', '/index', 'crunch'],
      [{ ...catalog, index: {} }, 'draft-01', '/index', 'crunch'],
      [{ element: 'shoji:order', self: '', graph: [] }, 'draft-02', '/element', 'crunch'],
      [{ ...catalog, views: ['x'] }, 'draft-02', '/views', 'draft-01'],
      [{ ...catalog, views: ['x'] }, 'crunch', '/views', 'draft-01'],
      [{ ...catalog, catalogs: map }, 'draft-01', '/catalogs', 'draft-02'],
    ] as const;
    for (const [document, dialect, pointer, other] of cases) {
      const note = validate(document, { dialect }).findings.find(({ level }) => level === 'note');
      assert.equal(note?.rule, 'other-dialect');
      assert.equal(note.pointer, pointer);
      assert.ok(note.message.includes(`(--dialect ${other}; in code dialect: '${other}')`), note.message);
    }
  });

  it('notes nothing where the dialect has what was found, or the document is a value', () => {
    assert.deepEqual(findingsOn({ ...catalog, catalogs: map }, { dialect: 'crunch' }), []);
    assert.deepEqual(findingsOn(catalog, { dialect: 'draft-01' }), []);
    assert.deepEqual(findingsOn({ index: {}, urls: {} }, { dialect: 'draft-02' }), []);
    assert.deepEqual(findingsOn({ ...catalog, index: {} }, { dialect: 'draft-02', value: true }), []);
  });
});

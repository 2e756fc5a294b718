import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convert } from '../../lib/protocol/convert/convert.js';
import { valueAt, parsePointer } from '../../lib/protocol/json-pointer.js';
import { validate, validateText } from '../../lib/protocol/validate.js';
import { corpusFolder } from '../corpus.js';

describe('convert: the examples of draft 02', () => {
  const folder = corpusFolder('draft-02');
  if (folder === undefined) {
    it('cannot be run: shared/corpus/draft-02 is not beside the project', function () {
      this.skip();
    });
    return;
  }
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

  it('gives the links of draft 01 the names that the announcement of draft 02 gives them', () => {
    const text = read('draft-01-catalog.json');
    const converted = convert(JSON.parse(text), { from: 'draft-01', to: 'draft-02', text });
    const named: unknown = JSON.parse(read('catalog-named-links.json'));
    assert.deepEqual(converted, { document: named, losses: [] });
  });

  it('takes the names away again', () => {
    const text = read('catalog-named-links.json');
    const { document, losses } = convert(JSON.parse(text), { from: 'draft-02', to: 'draft-01', text });
    assert.deepEqual(document, JSON.parse(read('draft-01-catalog.json')));
    assert.deepEqual(
      losses.map(({ pointer }) => pointer),
      ['/catalogs/bills', '/catalogs/sellers', '/catalogs/sellers by sold count'],
    );
  });

  for (const file of [
    'catalog-complex.json',
    'catalog-named-links.json',
    'catalog-simple.json',
    'entity.json',
    'value-view.json',
    'value.json',
  ]) {
    it(`brings ${file} to crunch and back without loss`, () => {
      const source: unknown = JSON.parse(read(file));
      const there = convert(source, { from: 'draft-02', to: 'crunch' });
      const back = convert(there.document, { from: 'crunch', to: 'draft-02' });
      assert.deepEqual([...there.losses, ...back.losses], []);
      assert.equal(JSON.stringify(back.document), JSON.stringify(source));
    });
  }
});

interface Manifest {
  readonly documents: readonly { readonly file: string; readonly role: string }[];
}

describe('convert: real documents of the dialect crunch', () => {
  const folder = corpusFolder('shoji');
  if (folder === undefined) {
    it('cannot be run: shared/corpus/shoji is not beside the project', function () {
      this.skip();
    });
    return;
  }
  const { documents }: Manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));

  it('makes valid draft 02 and draft 01 of each that is valid', () => {
    let converted = 0;
    for (const { file } of documents) {
      const text = readFileSync(join(folder, file), 'utf8');
      if (!validateText(text, { dialect: 'crunch', role: 'request' }).valid) continue;
      const source = JSON.parse(text);
      for (const to of ['draft-02', 'draft-01'] as const) {
        const { document, losses } = convert(source, { from: 'crunch', to, role: 'request', text });
        const { findings } = validate(document, { dialect: to, role: 'request' });
        assert.deepEqual(
          findings.filter(({ level, rule }) => level === 'error' || rule === 'other-dialect'),
          [],
          file,
        );
        for (const { pointer } of losses) {
          assert.notEqual(valueAt(source, parsePointer(pointer) ?? ['?']), undefined, `${file} ${pointer}`);
        }
      }
      converted += 1;
    }
    assert.ok(converted > 350);
  });

  it('lists every entity of an index that is not removed', () => {
    for (const { file } of documents) {
      const text = readFileSync(join(folder, file), 'utf8');
      const judged = validateText(text, { dialect: 'crunch', role: 'request' });
      const source = JSON.parse(text);
      if (!judged.valid || judged.element !== 'shoji:catalog' || source.index === undefined) continue;
      const { document } = convert(source, { from: 'crunch', to: 'draft-02', role: 'request', text });
      const kept = Object.keys(source.index).filter((iri) => source.index[iri] !== null);
      const { entities } = document as unknown as { entities: string[] };
      assert.deepEqual(entities.toSorted(), kept.toSorted(), file);
    }
  });
});

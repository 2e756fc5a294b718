import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validate, validateText, type Role, type Validation } from '../../lib/protocol/validate.js';
import { corpusFolder } from '../corpus.js';

describe('validate: the examples of draft 02', () => {
  const folder = corpusFolder('draft-02');
  if (folder === undefined) {
    it('cannot be run: shared/corpus/draft-02 is not beside the project', function () {
      this.skip();
    });
    return;
  }
  const elements = {
    'catalog-complex.json': 'shoji:catalog',
    'catalog-named-links.json': 'shoji:catalog',
    'catalog-simple.json': 'shoji:catalog',
    'entity.json': 'shoji:entity',
    'value-view.json': undefined,
    'value.json': undefined,
  };
  for (const [file, element] of Object.entries(elements)) {
    it(`finds ${file} valid`, () => {
      const text = readFileSync(join(folder, file), 'utf8');
      assert.deepEqual(validateText(text), { element, dialect: 'draft-02', valid: true, findings: [] });
    });
  }

  it('finds draft-01-catalog.json valid as draft 01, and no other', () => {
    const text = readFileSync(join(folder, 'draft-01-catalog.json'), 'utf8');
    assert.deepEqual(validateText(text, { dialect: 'draft-01' }).findings, []);
    const { valid, findings } = validateText(text);
    assert.equal(valid, false);
    assert.deepEqual(
      findings.map(({ pointer, line }) => [pointer, line]),
      [['/catalogs', 3]],
    );
  });
});

interface Manifest {
  readonly documents: readonly { readonly file: string; readonly role: string }[];
}

/** The documents that are truly at fault, by the end of their names: each was read. */
const atFault: readonly (readonly [file: RegExp, findings: readonly string[]])[] = [
  // A template in the place of an IRI.
  [/_endpoint-dataset\.md__004\.json$/, ['malformed-iri /self']],
  [/_endpoint-progress\.md__001\.json$/, ['malformed-iri /self']],
  // Elements that a unit test made up.
  [/test_elements\.py__\d+\.json$/, ['unknown-element /element']],
  // "id" twice in one body.
  [/datasets__4__filters__filter1\.json$/, ['duplicate-name /body/id']],
  // Raw spaces in IRIs.
  [
    /0e7d58__variables__b4689b__subvariables\.json$/,
    [
      'malformed-iri /index/~1api~1datasets~10e7d58~1variables~1b4689b~1subvariables~1Visual Basic 6~1',
      'malformed-iri /index/~1api~1datasets~10e7d58~1variables~1b4689b~1subvariables~1Common Lisp~1',
    ],
  ],
  // The one served document without self.
  [/variables-c385f9-POST\.R__001\.json$/, ['missing-member ']],
];

/** Rule and pointer of each finding, without what only a text can show. */
function placesOf({ findings }: Validation): readonly string[] {
  return findings
    .filter(({ rule }) => rule !== 'duplicate-name')
    .map(({ rule, pointer }) => `${rule} ${pointer}`);
}

const served = new Set(['response-fixture', 'recorded-response']);

describe('validate: real documents of the dialect crunch', () => {
  const folder = corpusFolder('shoji');
  if (folder === undefined) {
    it('cannot be run: shared/corpus/shoji is not beside the project', function () {
      this.skip();
    });
    return;
  }
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));

  it('finds each valid but those that are truly at fault', () => {
    const wrong: string[] = [];
    for (const { file, role } of manifest.documents) {
      // Documentation shows requests and responses alike, so it is asked for no self either.
      const options: { dialect: 'crunch'; role: Role } = {
        dialect: 'crunch',
        role: served.has(role) ? 'response' : 'request',
      };
      const text = readFileSync(join(folder, file), 'utf8');
      const found = validateText(text, options).findings.map(({ rule, pointer }) => `${rule} ${pointer}`);
      const expected = atFault.find(([name]) => name.test(file))?.[1] ?? [];
      if (found.join('\n') !== expected.join('\n')) wrong.push(`${file}: ${found.join(', ')}`);
    }
    assert.deepEqual(wrong, []);
    assert.ok(manifest.documents.length > 300);
  });

  it('comes to the same findings without the text', () => {
    for (const { file } of manifest.documents) {
      const text: string = readFileSync(join(folder, file), 'utf8');
      assert.deepEqual(
        placesOf(validate(JSON.parse(text), { dialect: 'crunch' })),
        placesOf(validateText(text, { dialect: 'crunch' })),
        file,
      );
    }
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Finding } from '../../lib/protocol/findings.js';
import { validate, validateText } from '../../lib/protocol/validate.js';
import type { Role, Validation } from '../../lib/protocol/validate.js';
import { corpusFolder } from '../corpus.js';

describe('validate: the examples of draft 02', () => {
  const folder = corpusFolder('draft-02');
  if (folder === undefined) {
    it('cannot be run: shared/corpus/draft-02 is not beside the project', function () {
      this.skip();
    });
    return;
  }
  // The draft's own reading of relative links differs from that of RFC 3986 where `self` has no slash.
  const cut = 'warning self-without-slash /self';
  const examples: readonly (readonly [
    file: string,
    element: string | undefined,
    findings: readonly string[],
  ])[] = [
    ['catalog-complex.json', 'shoji:catalog', [cut]],
    ['catalog-named-links.json', 'shoji:catalog', []],
    ['catalog-simple.json', 'shoji:catalog', [cut]],
    ['entity.json', 'shoji:entity', []],
    ['value-view.json', undefined, []],
    ['value.json', undefined, []],
  ];
  for (const [file, element, findings] of examples) {
    it(`finds ${file} valid`, () => {
      const judged = validateText(readFileSync(join(folder, file), 'utf8'));
      assert.equal(judged.valid, true);
      assert.equal(judged.element, element);
      assert.deepEqual(
        judged.findings.map(({ level, rule, pointer }) => `${level} ${rule} ${pointer}`),
        findings,
      );
    });
  }

  it('finds draft-01-catalog.json valid as draft 01, and no other', () => {
    const text = readFileSync(join(folder, 'draft-01-catalog.json'), 'utf8');
    assert.deepEqual(errorsOf(validateText(text, { dialect: 'draft-01' })), []);
    assert.deepEqual(errorsOf(validateText(text)), ['member-type /catalogs 3:14']);
    const picked = validateText(text, { dialect: 'auto' });
    assert.deepEqual([picked.dialect, picked.valid], ['draft-01', true]);
  });
});

interface RealDocument {
  readonly file: string;
  readonly repo: string;
  readonly path: string;
  /** Which one it is of those in the file that it was taken from; absent where it is the whole file. */
  readonly n_in_file?: number;
  readonly role: string;
}

interface Manifest {
  readonly documents: readonly RealDocument[];
}

/** What is to be said of one real document, and why it is right. */
interface Verdict {
  readonly repository: string;
  readonly document: string;
  readonly rule: string;
  readonly pointer: string;
  readonly reason: string;
}

const TEMPLATE_AS_SELF = 'a template stands for the IRI: its braces may stand in no IRI';
const MADE_UP_ELEMENT = 'a unit test made the element up; the dialect has none of this name';
const RAW_SPACE = 'the name is an IRI reference with a raw space, which must be %20';

const subvariables = {
  repository: 'Crunch-io/rcrunch',
  document: 'vignettes/crunch/5/api/datasets/0e7d58/variables/b4689b/subvariables.json',
  rule: 'malformed-iri',
  reason: RAW_SPACE,
};

/** All errors, each of which was looked at and is one. */
const errors: readonly Verdict[] = [
  {
    repository: 'Crunch-io/apidocs',
    document: 'source/includes/_endpoint-dataset.md (4)',
    rule: 'malformed-iri',
    pointer: '/self',
    reason: TEMPLATE_AS_SELF,
  },
  {
    repository: 'Crunch-io/apidocs',
    document: 'source/includes/_endpoint-progress.md (1)',
    rule: 'malformed-iri',
    pointer: '/self',
    reason: TEMPLATE_AS_SELF,
  },
  ...[1, 3, 5, 7].map((number) => ({
    repository: 'Crunch-io/pycrunch',
    document: `tests/test_elements.py (${number})`,
    rule: 'unknown-element',
    pointer: '/element',
    reason: MADE_UP_ELEMENT,
  })),
  {
    repository: 'Crunch-io/rcrunch',
    document: 'mocks/app.crunch.io/api/datasets/4/filters/filter1.json',
    rule: 'duplicate-name',
    pointer: '/body/id',
    reason: 'the body has the name twice, and readers differ on which of the two counts',
  },
  {
    ...subvariables,
    pointer: '/index/~1api~1datasets~10e7d58~1variables~1b4689b~1subvariables~1Visual Basic 6~1',
  },
  {
    ...subvariables,
    pointer: '/index/~1api~1datasets~10e7d58~1variables~1b4689b~1subvariables~1Common Lisp~1',
  },
  {
    repository: 'Crunch-io/rcrunch',
    document: 'vignettes/fork-and-merge/6/api/datasets/37cc49/variables-c385f9-POST.R (1)',
    rule: 'missing-member',
    pointer: '',
    reason: 'a served document says where it is, and this one, alone of all, has no `self`',
  },
];

/** All warnings and notes. */
const remarks: readonly Verdict[] = [
  {
    repository: 'Crunch-io/rcrunch',
    document: 'mocks/app.crunch.io/api/datasets/4/folders/public.json',
    rule: 'self-without-slash',
    pointer: '/self',
    reason: 'the entries of `index` are relative, and resolve beside the folder instead of into it',
  },
];

/** The verdict as the rows of the documentation have it. */
function cellsOf({ repository, document, rule, pointer, reason }: Verdict): readonly string[] {
  return [repository, document, `\`${rule}\``, pointer === '' ? 'the document' : `\`${pointer}\``, reason];
}

describe('validate: real documents of the dialect crunch', () => {
  const folder = corpusFolder('shoji');
  if (folder === undefined) {
    it('cannot be run: shared/corpus/shoji is not beside the project', function () {
      this.skip();
    });
    return;
  }
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const textOf = ({ file }: RealDocument): string => readFileSync(join(folder, file), 'utf8');

  /** What is found, in the words of the verdicts. */
  function found(isMeant: (finding: Finding) => boolean): readonly string[] {
    return manifest.documents.flatMap((document) => {
      const { findings } = validateText(textOf(document), { dialect: 'crunch', role: roleOf(document) });
      return findings
        .filter(isMeant)
        .map(({ rule, pointer }) => [document.repo, nameOf(document), rule, pointer].join(' '));
    });
  }

  const expected = (verdicts: readonly Verdict[]): readonly string[] =>
    verdicts.map(({ repository, document, rule, pointer }) =>
      [repository, document, rule, pointer].join(' '),
    );

  it('finds the errors that are true, and no other one', () => {
    assert.deepEqual(found(({ level }) => level === 'error').toSorted(), expected(errors).toSorted());
    assert.ok(manifest.documents.length > 300);
  });

  it('warns where it should, and nowhere else', () => {
    assert.deepEqual(found(({ level }) => level !== 'error').toSorted(), expected(remarks).toSorted());
  });

  it('picks a dialect by which no document has other errors', () => {
    const dialects = new Set<string>();
    for (const document of manifest.documents) {
      const [text, role] = [textOf(document), roleOf(document)];
      const picked = validateText(text, { dialect: 'auto', role });
      dialects.add(picked.dialect);
      assert.deepEqual(
        errorsOf(picked),
        errorsOf(validateText(text, { dialect: 'crunch', role })),
        document.file,
      );
      assert.equal(picked.findings.filter(({ rule }) => rule === 'dialect-chosen').length, 1, document.file);
    }
    assert.deepEqual([...dialects].toSorted(), ['crunch', 'draft-02']);
  });

  it('comes to the same findings without the text', () => {
    for (const document of manifest.documents) {
      const text = textOf(document);
      assert.deepEqual(
        placesOf(validate(JSON.parse(text), { dialect: 'crunch' })),
        placesOf(validateText(text, { dialect: 'crunch' })),
        document.file,
      );
    }
  });
});

describe('the table of real documents', () => {
  it('lists what is found in them, and why', () => {
    const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
    const page = readFileSync(join(root, 'docs/crunch-documents.md'), 'utf8');
    assert.deepEqual(rowsUnder(page, 'Errors'), errors.map(cellsOf));
    assert.deepEqual(rowsUnder(page, 'Warnings'), remarks.map(cellsOf));
  });
});

const served: ReadonlySet<string> = new Set(['response-fixture', 'recorded-response']);

/** Documentation shows requests and responses alike, so it is asked for no `self` either. */
function roleOf({ role }: RealDocument): Role {
  return served.has(role) ? 'response' : 'request';
}

function nameOf({ path, n_in_file: number }: RealDocument): string {
  return number === undefined ? path : `${path} (${number})`;
}

function errorsOf({ findings }: Validation): readonly string[] {
  return findings
    .filter(({ level }) => level === 'error')
    .map(({ rule, pointer, line, column }) => `${rule} ${pointer} ${line}:${column}`);
}

/** Rule and pointer of each finding, without what only a text can show. */
function placesOf({ findings }: Validation): readonly string[] {
  return findings
    .filter(({ rule }) => rule !== 'duplicate-name')
    .map(({ rule, pointer }) => `${rule} ${pointer}`);
}

/** The cells of the table under a heading, without its head. */
function rowsUnder(page: string, heading: string): readonly (readonly string[])[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [table = ''] = section.split('\n## ');
  return table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

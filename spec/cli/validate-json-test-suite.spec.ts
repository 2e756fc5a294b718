import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { corpusFolder } from '../corpus.js';
import { run } from './validate-run.js';

/** Allowed by JSON, and refused here: databases cannot keep U+0000. */
const REFUSED = ['y_object_escaped_null_in_key.json'];

describe('shoji validate: JSONTestSuite', () => {
  const folder = corpusFolder('jsontestsuite');
  if (folder === undefined) {
    it('cannot be run: shared/corpus/jsontestsuite is not beside the project', function () {
      this.skip();
    });
    return;
  }

  it('is judged file by file, whatever is in it', async () => {
    const { code, stdout, stderr } = await run(['--format', 'json', folder]);
    assert.equal(code, 1);
    assert.equal(stderr, '');
    const { documents } = JSON.parse(stdout) as {
      documents: readonly { readonly source: string; readonly valid: boolean }[];
    };
    assert.equal(documents.length, readdirSync(folder).filter((name) => name.endsWith('.json')).length);
    const wrong = documents
      .map(({ source, valid }) => ({ name: basename(source), valid }))
      .filter(({ name }) => /^[ny]_/.test(name))
      .filter(({ name, valid }) => valid !== (name.startsWith('y_') && !REFUSED.includes(name)));
    assert.deepEqual(wrong, []);
  });
});

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pageAt } from './documentation.js';

/** A tag in the title of a test, such as the one that a `describe` of conditional requests begins with. */
const TAG = /\[([A-Z]+\d+)\]/g;
/** How the page begins a behaviour; what follows, up to the next one, is its text. */
const ENTRY = /^\*\*<a id="([a-z]+\d+)"><\/a>([A-Z]+\d+)\*\* (.+)$/gm;

const spec = join(import.meta.dirname, '../../spec');
const entries = [...pageAt('docs/http.md').matchAll(ENTRY)].map(([, anchor = '', tag = '', text = '']) => ({
  anchor,
  tag,
  text,
}));
const used = new Set(
  readdirSync(spec, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => [...readFileSync(join(spec, path), 'utf8').matchAll(TAG)])
    .map(([, tag = '']) => tag),
);

describe('docs/http.md', () => {
  it('has an entry for each tag that the title of a test carries', () => {
    const known = new Set(entries.map(({ tag }) => tag));
    assert.deepEqual(
      [...used].filter((tag) => !known.has(tag)),
      [],
    );
  });

  it('has a test for each entry, or says that there is none', () => {
    const untested = entries.filter(({ text }) => text.includes('_Not tested under this number'));
    assert.deepEqual(
      entries.filter(({ tag }) => !used.has(tag)).map(({ tag }) => tag),
      untested.map(({ tag }) => tag),
    );
  });

  it('has its entries in order, each once, under the anchor that its tag is', () => {
    const numbers = entries.map(({ tag }) => Number(tag.slice(1)));
    assert.deepEqual(
      numbers,
      [...new Set(numbers)].toSorted((one, other) => one - other),
    );
    for (const { anchor, tag } of entries) assert.equal(anchor, tag.toLowerCase());
  });

  it('names the section of a standard in each entry, or says that it is a choice', () => {
    const unfounded = entries.filter(
      ({ text }) =>
        !/\((?:RFC \d+|Fetch standard)[^()]*\)|_\(choice[^()]*\)_/.test(text.slice(text.lastIndexOf('. '))),
    );
    assert.deepEqual(
      unfounded.map(({ tag }) => tag),
      [],
    );
  });

  it('has a test for each tag that SECURITY.md names', () => {
    const named = [...pageAt('SECURITY.md').matchAll(TAG)].map(([, tag = '']) => tag);
    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter((tag) => !used.has(tag)),
      [],
    );
  });
});

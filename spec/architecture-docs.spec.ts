import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pageAt } from './documentation.js';

const root = join(import.meta.dirname, '../..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** A path of the project as pages write it: in backticks, from one of its folders on; `*` stands for any part of a name. */
const PATH = /`((?:lib|spec|schemas|scripts)\/[\w./*-]*)`/g;
/** A link to another page of the project, and to a heading of it or of this one. */
const LINK = /\]\((?!https?:)([\w./-]*)(?:#([\w-]+))?\)/g;

function isThere(path: string): boolean {
  if (!path.includes('*')) return existsSync(join(root, path));
  const names = new RegExp(
    `^${basename(path)
      .replaceAll('.', String.raw`\.`)
      .replaceAll('*', '.*')}$`,
  );
  const folder = join(root, dirname(path));
  return existsSync(folder) && readdirSync(folder).some((name) => names.test(name));
}

/** What headings and named places of a page are reached by. */
function anchorsIn(page: string): ReadonlySet<string> {
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set([...headings, ...[...page.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)]);
}

describe('the pages of the documentation', () => {
  for (const name of pages) {
    it(`name only paths that are there: ${name}`, () => {
      const named = [...pageAt(name).matchAll(PATH)].map(([, path = '']) => path);
      assert.deepEqual(
        named.filter((path) => !isThere(path)),
        [],
      );
    });

    it(`link only to pages and headings that are there: ${name}`, () => {
      const broken = [...pageAt(name).matchAll(LINK)].filter(([, path = '', anchor]) => {
        const target = path === '' ? name : join(dirname(name), path);
        if (!existsSync(join(root, target))) return true;
        return anchor !== undefined && !anchorsIn(pageAt(target)).has(anchor);
      });
      assert.deepEqual(
        broken.map(([link]) => link),
        [],
      );
    });
  }
});

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { problemTypes } from '../lib/http/problem.js';
import type { ConflictReason, Unavailability } from '../lib/store/store-errors.js';
import { blocksOf, compile, pageAt } from './documentation.js';

const page = pageAt('docs/errors.md');
const lib = join(import.meta.dirname, '../../lib');
const sources = readdirSync(lib, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
  .map((path) => readFileSync(join(lib, path), 'utf8'));

/** What the sources have, once each, in the order of the alphabet. */
function found(pattern: RegExp): readonly string[] {
  const all = sources.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name));
  return [...new Set(all)].toSorted();
}

/** The cells of each row of the tables below a heading of the second level. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [text = ''] = section.split('\n## ');
  return text
    .split('\n')
    .filter((line) => /^\| [`[]/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe('docs/errors.md', () => {
  it('has programs that compile', async () => {
    await compile(blocksOf(page, 'ts'), 'errors');
  });

  it('has a row for each class of errors in lib, and for no other', () => {
    const listed = [
      ...rowsBelow('Errors in code').flatMap(([, name = '']) => name.match(/^`(\w+Error)`$/)?.[1] ?? []),
      ...rowsBelow('Errors inside').map(([name = '']) => name.replaceAll('`', '')),
    ];
    assert.deepEqual(listed.toSorted(), found(/\bclass (\w+)(?:<[^{]*?>)? extends \w*Error\b/g));
  });

  it('has a section for each code that lib gives to an error or a warning', () => {
    const sections = [...page.matchAll(/^### (SHOJI_[A-Z_]+)$/gm)].map(([, code = '']) => code);
    const given = found(/\bcode\b[^\n]*'(SHOJI_[A-Z_]+)'/g);
    assert.ok(given.length > 0);
    assert.deepEqual(
      given.filter((code) => !sections.includes(code)),
      [],
    );
  });

  it('has a row for each type of problem with its status, in their order, and for no other', () => {
    const listed = rowsBelow('Problems').map(([name, status]) => [name, status]);
    const known = Object.entries(problemTypes).map(([name, { status }]) => [`\`${name}\``, String(status)]);
    assert.deepEqual(listed, known);
  });

  it('has a row for each reason that a store gives, and for no other', () => {
    const conflicts: Record<ConflictReason, true> = {
      missing: true,
      exists: true,
      version: true,
      'in-use': true,
      unique: true,
      reference: true,
      'bad-id': true,
      refused: true,
    };
    const unavailabilities: Record<Unavailability, true> = {
      busy: true,
      unreachable: true,
      failed: true,
      full: true,
    };
    const listed = rowsBelow('Errors in code').flatMap(
      ([name = '']) => name.match(/^`([a-z-]+)`$/)?.[1] ?? [],
    );
    assert.deepEqual(listed, Object.keys({ ...conflicts, ...unavailabilities }));
  });
});

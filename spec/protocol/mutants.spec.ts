// @slow: judges thousands of mutants
import assert from 'node:assert/strict';
import { combinable, families } from './mutants/families.js';
import { judgeMutant } from './mutants/judge.js';
import type { Mutation } from './mutants/mutation.js';
import { Random } from './mutants/random.js';
import { seeds } from './mutants/seeds.js';
import { sitesOf, type Sites } from './mutants/sites.js';
import { holds } from './mutants/tree.js';
import { write } from './mutants/write.js';
import { validateText } from '../../lib/protocol/validate.js';

const SEED = 20_260_211;

/** How many mutants of one family are made of one document at most. */
const PER_DOCUMENT = 70;

/** How many failures are shown. */
const SHOWN = 5;

function assertNone(failures: readonly string[], count: number): void {
  const shown = failures.slice(0, SHOWN).join('\n');
  assert.equal(failures.length, 0, `${failures.length} of ${count} mutants are not judged right:\n${shown}`);
}

/** Some of the numbers from 0 to below a count; all of them if they are few. */
function chosen(count: number, random: Random): readonly number[] {
  const all = Array.from({ length: count }, (_, index) => index);
  return count <= PER_DOCUMENT ? all : random.shuffle(all).slice(0, PER_DOCUMENT);
}

/** One of a family's mutations, without making those behind it. */
function nth(mutations: Iterable<Mutation>, index: number): Mutation {
  let left = index;
  for (const mutation of mutations) {
    if (left === 0) return mutation;
    left -= 1;
  }
  throw new RangeError(`There is no mutation ${index}`);
}

/** Up to so many mutations of a document that do not get into each other's way. */
function apart(sites: Sites, count: number, random: Random): readonly Mutation[] {
  const mutations: Mutation[] = [];
  for (let left = count; left > 0; left -= 1) {
    const all = [...random.pick(combinable)(sites)];
    if (all.length === 0) continue;
    const mutation = random.pick(all);
    const isApart = mutations.every((other) =>
      other.touches.every((one) => !mutation.touches.some((two) => holds(one, two) || holds(two, one))),
    );
    if (isApart) mutations.push(mutation);
  }
  return mutations;
}

describe('validate: mutants', () => {
  let total = 0;

  it('begins with documents against which nothing is to be said', () => {
    const random = new Random(SEED);
    for (const seed of seeds) {
      const { text } = write(sitesOf(seed).root, random);
      assert.deepEqual(validateText(text, seed).findings, [], seed.name);
    }
  });

  for (const [name, family] of Object.entries(families)) {
    it(`finds each ${name}`, function () {
      const random = new Random(SEED);
      const failures: string[] = [];
      let count = 0;
      for (const seed of seeds) {
        for (const index of chosen([...family(sitesOf(seed))].length, random)) {
          const sites = sitesOf(seed);
          const failure = judgeMutant(sites, [nth(family(sites), index)], random);
          if (failure !== undefined) failures.push(failure);
          count += 1;
        }
      }
      total += count;
      if (this.test !== undefined) this.test.title += ` (${count} mutants)`;
      assert.ok(count > 0);
      assertNone(failures, count);
    });
  }

  it('finds all of two and three mutations in one document', function () {
    const random = new Random(SEED);
    const failures: string[] = [];
    let count = 0;
    while (count < 2500) {
      const sites = sitesOf(random.pick(seeds));
      const mutations = apart(sites, 2 + random.below(2), random);
      if (mutations.length < 2) continue;
      const failure = judgeMutant(sites, mutations, random);
      if (failure !== undefined) failures.push(failure);
      count += 1;
    }
    total += count;
    if (this.test !== undefined) this.test.title += ` (${count} mutants)`;
    assertNone(failures, count);
  });

  it('finds each text that breaks off or has a character too many', function () {
    const random = new Random(SEED);
    let count = 0;
    for (const seed of seeds) {
      const { text } = write(sitesOf(seed).root, random);
      const whole = text.trim();
      for (let run = 0; run < 40; run += 1) {
        const at = random.below(whole.length - 1) + 1;
        for (const broken of [
          whole.slice(0, at),
          `${whole}${random.pick(['}', ',', '0', '"', 'x', '\uFEFF'])}`,
        ]) {
          const { valid, findings } = validateText(broken, seed);
          assert.deepEqual([valid, ...findings.map(({ rule }) => rule)], [false, 'malformed-json'], broken);
          const { line = 0, column = 0 } = findings[0] ?? {};
          const lines = broken.split(/\r\n|\r|\n/);
          // What breaks off in a token may be told where that begins, but not on an earlier line.
          assert.equal(line, lines.length, broken);
          assert.ok(column >= 1 && column <= (lines.at(-1) ?? '').length + 1, broken);
          count += 1;
        }
      }
    }
    total += count;
    if (this.test !== undefined) this.test.title += ` (${count} mutants)`;
  });

  // Fewer, where somebody asks for some of the tests alone.
  after(function () {
    const isWhole = this.test?.parent?.tests.every(({ state }) => state === 'passed') === true;
    assert.ok(total >= 10_000 || !isWhole, `${total} mutants`);
  });
});

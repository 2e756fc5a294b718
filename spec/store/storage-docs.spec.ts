import { blocksOf, compile, pageAt } from '../documentation.js';

const texts = blocksOf(pageAt('docs/storage.md'), 'ts');

describe('docs/storage.md', () => {
  let compiled: readonly string[];

  before(async function () {
    compiled = await compile(texts, 'storage');
  });

  // An API connects to its database only when it is started.
  for (const index of texts.keys()) {
    it(`runs block ${index + 1} of its TypeScript`, async () => {
      await import(compiled[index] ?? '');
    });
  }
});

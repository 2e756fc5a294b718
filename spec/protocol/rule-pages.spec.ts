import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { findInvalidUtf8 } from '../../lib/protocol/json/read.js';
import { RULES } from '../../lib/protocol/rules/names.js';
import { rulePages } from '../../lib/protocol/pages/rule-pages.js';
import type { RulePage } from '../../lib/protocol/pages/rule-page.js';
import { validateText } from '../../lib/protocol/validate.js';

function judge(text: string, { dialect = 'draft-02', role = 'response' }: RulePage) {
  return validateText(text, { dialect, role }).findings;
}

/** The module and all that it imports, by relative specifiers, as compiled. */
function modulesFrom(entry: URL): readonly string[] {
  const found = new Set([entry.href]);
  for (const href of found) {
    const code = readFileSync(new URL(href), 'utf8');
    for (const [, specifier] of code.matchAll(/\bfrom '(\.[^']+)'/g)) {
      if (specifier !== undefined) found.add(new URL(specifier, href).href);
    }
  }
  return [...found];
}

describe('rule pages', () => {
  it('are there for every rule, and for no other', () => {
    assert.deepEqual(Object.keys(rulePages).toSorted(), RULES.toSorted());
  });

  it('are not loaded by whoever only validates', () => {
    const modules = modulesFrom(new URL('../../lib/protocol/validate.js', import.meta.url));
    assert.ok(modules.some((href) => href.endsWith('/rules/self-without-slash.js')));
    assert.deepEqual(
      modules.filter((href) => /\/(?:pages\/|rule-pages\.js)/.test(href)),
      [],
    );
  });

  for (const rule of RULES) {
    const page = rulePages[rule];

    it(`tell ${rule} in whole sentences, with where it is written`, () => {
      assert.match(page.summary, /^[A-Z][^\n]+\.$/);
      assert.match(page.reason, /^[A-Z][^\n]+\.$/);
      assert.match(
        page.see,
        /^(?:RFC \d+, section [\d.]+|Shoji draft 0[12](?:, section 1\.1)?|PROTOCOL\.md, .+)$/,
      );
    });

    it(`has an example that breaks ${rule} and no other`, () => {
      if (page.badEncoding === 'latin-1') {
        // What breaks the encoding never becomes a text.
        assert.notEqual(findInvalidUtf8(Buffer.from(page.bad, 'latin1')), undefined);
        return;
      }
      const findings = judge(page.bad, page);
      const [finding] = findings.filter((other) => other.rule === rule);
      assert.equal(finding?.level, page.level);
      assert.equal(finding.see, page.see);
      const others = findings.filter((other) => other.rule !== rule);
      assert.deepEqual(
        others.map((other) => other.rule),
        [],
      );
    });

    it(`has an example that mends ${rule}`, () => {
      const dialect = page.goodDialect ?? page.dialect ?? 'draft-02';
      assert.deepEqual(judge(page.good, { ...page, dialect }), []);
    });
  }
});

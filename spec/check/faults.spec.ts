// @slow: checks a server for each fault
import assert from 'node:assert/strict';
import { check, type CheckFinding, CHECKS } from '../../lib/check/index.js';
import { BadServer } from './bad-server.js';
import { SEEDED_FIELDS } from './faults-fields.js';
import { SEEDED_WRITING } from './faults-writing.js';
import { SEEDED } from './faults.js';

const ALL = [...SEEDED, ...SEEDED_FIELDS, ...SEEDED_WRITING];

const byText = (one: string, other: string) => (one < other ? -1 : 1);

describe('a seeded fault is found, and nothing else', () => {
  for (const { name, fault, finds, options = {} } of ALL) {
    it(name, async () => {
      const server = await BadServer.start(fault);
      try {
        const { origin } = server;
        const findings: CheckFinding[] = [];
        for await (const finding of check(
          `${origin}/`,
          typeof options === 'function' ? options(origin) : options,
        )) {
          findings.push(finding);
        }
        const found = findings.map(({ check: by, rule, iri, pointer }) => [
          by,
          rule,
          iri.replace(origin, ''),
          pointer,
        ]);
        const wanted = finds.map(([by, rule, target, pointer = '']) => [by, rule, target, pointer]);
        assert.deepEqual(
          found.map(String).toSorted(byText),
          wanted.map(String).toSorted(byText),
          findings.map(({ message }) => message).join('\n'),
        );
      } finally {
        await server.close();
      }
    });
  }

  it('has a fault for each check', () => {
    const found = new Set(ALL.flatMap(({ finds }) => finds.map(([by]) => by)));
    assert.deepEqual(
      CHECKS.map(({ name }) => name).filter((name) => !found.has(name)),
      [],
    );
  });
});

import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { DeclarationError, Entity, shoji } from '../../../lib/index.js';
import type { DeclarationFinding, Schema } from '../../../lib/index.js';

/** What stands against these declarations, given as plain JavaScript would give them. */
export function findingsOf(resources: unknown, options?: unknown): readonly DeclarationFinding[] {
  try {
    shoji(resources as never, options as never);
    return [];
  } catch (error) {
    if (error instanceof DeclarationError) return error.findings;
    throw error;
  }
}

type Where = Omit<DeclarationFinding, 'message'>;

/** Asserts that exactly this was found, and that its message says what is expected of it. */
export function assertFound(
  found: readonly DeclarationFinding[],
  ...expected: readonly [Where, RegExp][]
): void {
  const places = found.map((finding) => {
    const { message, ...where } = finding;
    assert.equal(typeof message, 'string');
    return where;
  });
  assert.deepEqual(
    places,
    expected.map(([where]) => where),
    JSON.stringify(found, undefined, 1),
  );
  expected.forEach(([, message], index) => assert.match(found[index]?.message ?? '', message));
}

/** An entity that nothing is wrong with. */
export class Item extends Entity {
  static body: Schema = Type.Object({ name: Type.String(), count: Type.Optional(Type.Integer()) });
}

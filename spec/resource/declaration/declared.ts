import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Catalog, DeclarationError, Entity, shoji } from '../../../lib/index.js';
import type { CatalogClass, DeclarationFinding } from '../../../lib/index.js';
import type { Declaration } from '../../../lib/resource/declaration/declare.js';
import { declare } from '../../../lib/resource/declaration/declare.js';
import { Findings } from '../../../lib/resource/declaration/findings.js';
import type { CatalogNode, ResourceNode } from '../../../lib/resource/nodes.js';

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

/** What is known of declarations that nothing is wrong with. */
export function declarationOf(resources: unknown, options: object = {}): Declaration {
  const findings = new Findings();
  const declaration = declare(resources, options, findings);
  findings.throwIfAny();
  assert.ok(declaration !== undefined);
  return declaration;
}

/** What answers a path. */
export function nodeAt({ tree }: Declaration, path: string): ResourceNode {
  const match = tree.find(path);
  assert.ok(match !== undefined, `nothing is at ${path}`);
  return match.resource;
}

/** The catalog that answers a path. */
export function catalogNode(resources: unknown, path: string): CatalogNode {
  const node = nodeAt(declarationOf(resources), path);
  assert.ok(node.kind === 'catalog');
  return node;
}

type Where = Omit<DeclarationFinding, 'message'>;

/** Asserts that exactly this was found, and that its message says what is expected of it. */
export function assertFound(
  found: readonly DeclarationFinding[],
  ...expected: readonly (readonly [Where, RegExp])[]
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

/**
 * A class of the same name and methods that is declared with other options, as plain JavaScript may have them.
 *
 * @param options - `entity` among them is the class of its entities
 */
export function withOptions(
  declared: CatalogClass,
  { entity = declared.entity, ...options }: { readonly entity?: unknown; readonly [name: string]: unknown },
): CatalogClass {
  const of = Catalog.of as unknown as (this: unknown, ...given: unknown[]) => typeof Catalog;
  const all = { ...declared.options, ...options };
  const base = entity === undefined ? of.call(declared, all) : of.call(declared, entity, all);
  const made = class extends base {} as unknown as CatalogClass;
  Object.defineProperty(made, 'name', { value: declared.name });
  return made;
}

/** An entity that nothing is wrong with. */
export class Item extends Entity.of({
  body: Type.Object({ name: Type.String(), count: Type.Optional(Type.Integer()) }),
}) {}

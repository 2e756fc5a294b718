import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { DeclarationError, Entity, shoji } from '../../lib/index.js';
import type { Catalog, CatalogClass, DeclarationFinding, EntityClass } from '../../lib/index.js';
import { declare } from '../../lib/declaration/declare.js';
import type { Declaration } from '../../lib/declaration/declare.js';
import { Findings } from '../../lib/declaration/declaration-findings.js';
import type { CatalogNode, ResourceNode } from '../../lib/declaration/nodes.js';

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
 * A class of the same name and methods that is declared with other options, as plain JavaScript may have them. Maps
 * that name classes become static methods.
 *
 * @param options - `entity` among them is the class of a catalog's entities
 */
export function withOptions<C extends CatalogClass | EntityClass>(
  declared: C,
  options: Readonly<Record<string, unknown>>,
): C {
  const { entity = (declared as Partial<CatalogClass>).entity, ...given } = options;
  const methods = Object.entries(given).filter(([, value]) => namesClass(value));
  const all = { ...declared.options, ...given };
  for (const [name] of methods) delete (all as Record<string, unknown>)[name];
  const extended = declared as unknown as { of(...parts: unknown[]): typeof Catalog };
  const base = entity === undefined ? extended.of(all) : extended.of(entity, all);
  const made = class extends base {};
  Object.defineProperty(made, 'name', { value: declared.name });
  for (const [name, value] of methods) Object.defineProperty(made, name, { value: () => value });
  return made as unknown as C;
}

function namesClass(map: unknown): boolean {
  return (
    typeof map === 'object' &&
    map !== null &&
    !Array.isArray(map) &&
    Object.values(map).some((value) => typeof value === 'function' || value === undefined) &&
    !Object.hasOwn(map, 'type')
  );
}

/** An entity that nothing is wrong with. */
export class Item extends Entity.of({
  body: Type.Object({ name: Type.String(), count: Type.Optional(Type.Integer()) }),
}) {}

import type { Engine } from './engine.js';
import { findPostgresTable } from './find-table-postgres.js';
import { findSqliteTable } from './find-table-sqlite.js';
import { MappingCheck, type Mapping } from './mapping.js';
import type { Shape } from './shape.js';

/**
 * Looks at the tables that others made.
 *
 * @returns how each catalog is mapped that names one, by its name
 * @throws {Error} which says of all of them what stands against serving them
 */
export async function findMappings(
  { kysely, dialect }: Engine,
  shapes: ReadonlyMap<string, Shape>,
): Promise<ReadonlyMap<string, Mapping>> {
  const find = dialect === 'sqlite' ? findSqliteTable : findPostgresTable;
  const mappings = new Map<string, Mapping>();
  const findings: string[] = [];
  for (const [catalog, shape] of shapes) {
    const { table } = shape.plan;
    if (table === undefined) continue;
    const where = `the table ${JSON.stringify(table.table)} of the catalog ${JSON.stringify(catalog)}: `;
    const found = await find(kysely, table.table);
    if (found === undefined) {
      findings.push(`${where}the database has none of this name; name its schema too where that is needed`);
      continue;
    }
    const above = shape.parent && mappings.get(shape.parent.plan.collection);
    const check = new MappingCheck(shape, found, dialect, above);
    const mapping = check.mapping();
    findings.push(...check.findings.map((finding) => where + finding));
    if (mapping !== undefined) mappings.set(catalog, mapping);
  }
  if (findings.length > 0) {
    throw new Error(`tables cannot be served as they are declared:\n- ${findings.join('\n- ')}`);
  }
  return mappings;
}

import type { TablePlan } from '../store/store.js';
import type { BodySchema } from './body-schema.js';
import { memberTypeOf, isKeywords, propertiesOf } from '../resource/schema.js';
import type { Keywords } from '../resource/schema.js';
import type { CatalogNode } from './nodes.js';
import type { Findings } from './declaration-findings.js';
import { suggestion } from '../protocol/edit-distance.js';
import { isNames } from './class-options.js';

/** The column that holds ids, where the class does not say. */
const KEY = 'id';

/** The table that a catalog's entities are rows of, where its class names one. */
export function tablePlanOf({ class: declared, entity, ids, methods }: CatalogNode): TablePlan | undefined {
  const { table, key = KEY, within, columns } = declared.options;
  if (table === undefined || entity === undefined) return undefined;
  // Statics of other types are findings of their own.
  const named = isKeywords(columns) ? columns : {};
  const { body } = entity.class.options;
  const required = isKeywords(body) && isNames(body['required']) ? body['required'] : [];
  return {
    table,
    key,
    parentColumns: isNames(within) ? within : [],
    // Undefined where the schema was found wrong.
    errors: (read) => (entity.body as BodySchema | undefined)?.storedErrors(read) ?? [],
    creates: methods.includes('POST') || (ids === 'client' && entity.methods.includes('PUT')),
    writes: [...methods, ...entity.methods].some((method) => method !== 'GET'),
    columns: Object.fromEntries(
      Object.entries(propertiesOf(body)).map(([member, schema]) => {
        const name = Object.hasOwn(named, member) ? String(named[member]) : member;
        const type = memberTypeOf(schema);
        return [
          member,
          {
            name,
            type,
            isRequired: required.includes(member),
            ...(type === 'string' && isDateTime(schema) && { isDateTime: true }),
          },
        ];
      }),
    ),
  };
}

/** Whether a schema wants a date with a time of day, be it beside null. */
function isDateTime({ format, anyOf, oneOf }: Keywords): boolean {
  const alternatives: unknown = anyOf ?? oneOf ?? [];
  return (
    format === 'date-time' ||
    (Array.isArray(alternatives) &&
      alternatives.some((each) => isKeywords(each) && each['format'] === 'date-time'))
  );
}

/** Finds what stands against serving the rows of a table as the entities of a catalog. */
export function checkTable(node: CatalogNode, findings: Findings): void {
  const { table, within = [] } = node.class.options;
  const where = { class: node.className, member: 'table' };
  if (table === undefined) {
    for (const member of ['key', 'within', 'columns'] as const) {
      if (node.class.options[member] === undefined) continue;
      findings.add(
        { class: node.className, member },
        'says something of a table, and the option table names none',
      );
    }
    return;
  }
  if (node.entity === undefined) {
    // An entity that was found wrong is not planted.
    if (typeof node.class.entity !== 'function' || node.class.options.entities !== undefined) {
      findings.add(
        where,
        'has no entities of its own to take from the table; name it in the catalog that is made of their class',
      );
    }
    return;
  }
  const { above } = node;
  // The rows of the innermost ones tell what these stand within themselves.
  const isEnough = within.length === above.length || (within.length > 0 && within.length < above.length);
  if (isNames(within) && !isEnough) {
    findings.add(
      { class: node.className, member: 'within' },
      above.length === 0
        ? 'names columns for the ids of entities above, and the catalog is within none; leave it away'
        : `names a column for the id of each entity above, outermost first: of ${above
            .map(({ className }) => className)
            .toReversed()
            .join(', ')}; found ${within.length} for ${above.length}. Outer ones may be left away`,
    );
  }
  checkBody(node, findings);
  checkColumns(node, findings);
}

/** What no column holds would be lost. */
function checkBody({ entity, className }: CatalogNode, findings: Findings): void {
  const body: unknown = entity?.class.options.body;
  if (!isKeywords(body) || body['additionalProperties'] === false || body['unevaluatedProperties'] === false)
    return;
  findings.add(
    { class: entity?.className ?? '', member: 'body' },
    `takes members that it does not name, and the table of ${className} has no columns for them; add additionalProperties: false`,
  );
}

function checkColumns(node: CatalogNode, findings: Findings): void {
  const plan = tablePlanOf(node);
  const { columns = {} } = node.class.options;
  if (plan === undefined || !isKeywords(columns)) return;
  const members = Object.keys(plan.columns);
  for (const name of Object.keys(columns).filter((member) => !members.includes(member))) {
    findings.add(
      { class: node.className, member: 'columns', name },
      `is no member of the body (it has ${members.join(', ')})${suggestion(name, members)}`,
    );
  }
  checkTwice(plan, node.className, findings);
}

/** Finds columns that more than one thing would be written to. */
function checkTwice(
  { key, parentColumns: within, columns }: TablePlan,
  className: string,
  findings: Findings,
): void {
  const uses: readonly { column: string; as: string; member?: string }[] = [
    { column: key, as: 'the ids' },
    ...within.map((column) => ({ column, as: 'ids of entities above' })),
    ...Object.entries(columns).map(([member, { name }]) => ({
      column: name,
      as: `the member ${member}`,
      member,
    })),
  ];
  const taken = new Map<string, string>();
  for (const { column, as, member } of uses) {
    const other = taken.get(column);
    if (other === undefined) taken.set(column, as);
    else {
      findings.add(
        {
          class: className,
          member: member === undefined ? 'within' : 'columns',
          ...(member !== undefined && { name: member }),
        },
        `the column ${JSON.stringify(column)} would hold ${other} and ${as}; give each a column of its own`,
      );
    }
  }
}

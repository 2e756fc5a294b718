import type { ResourceClass } from '../classes.js';
import { isKeywords } from '../schema.js';
import type { Findings } from './findings.js';
import { shown } from './shown.js';

/** What of a class is either an option or given by a static method: where it names classes, it is the latter. */
export type ClassMapName = 'catalogs' | 'fragments' | 'views' | 'references';

/**
 * The entries of a map of a class. Each map is written once: among the options, or as a static method.
 *
 * @returns none where the map is none; the findings say why
 */
export function classMapOf(
  declared: ResourceClass,
  map: ClassMapName,
  findings: Findings,
): Readonly<Record<string, unknown>> {
  const where = { class: declared.name, member: map };
  const option: unknown = (declared.options as Readonly<Record<string, unknown>>)[map];
  const method: unknown = (declared as unknown as Readonly<Record<string, unknown>>)[map];
  if (typeof method !== 'function') {
    for (const [name, value] of Object.entries(isKeywords(option) ? option : {})) {
      if (typeof value !== 'function') continue;
      findings.add(
        { ...where, name },
        `is ${shown(value)}; what names a class stands in a static method: static ${map}() { return { … }; }`,
      );
    }
    return isKeywords(option)
      ? Object.fromEntries(Object.entries(option).filter(([, value]) => typeof value !== 'function'))
      : {};
  }
  if (option !== undefined)
    findings.add(where, `stands among the options and as a static method; write all of it as the method`);
  let given: unknown;
  try {
    given = method.call(declared);
  } catch (error) {
    findings.add(where, `the static method failed: ${error instanceof Error ? error.message : shown(error)}`);
    return {};
  }
  if (isKeywords(given) && !(given instanceof Promise)) return given;
  findings.add(where, `the static method must give an object at once; found ${shown(given)}`);
  return {};
}

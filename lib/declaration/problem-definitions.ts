import { ProblemDefinition, RESERVED_MEMBERS, problemTypes } from '../http/problem.js';
import type { ProblemType } from '../http/problem.js';
import { isKeywords, propertiesOf } from '../resource/schema.js';
import type { Infer, Schema } from '../resource/schema.js';
import type { ValueSchema } from './body-schema.js';
import { Findings } from './declaration-findings.js';
import { suggestion } from '../protocol/edit-distance.js';
import { SchemaCompiler } from './schema-compiler.js';
import { describeDeclared } from './describe-class.js';

/** What a type of problem of an API's own is like. */
export interface ProblemDefinitionOptions<S extends Schema | undefined> extends ProblemType {
  /**
   * The JSON Schema of the members that problems of this type have beside those of RFC 9457, an object; each is
   * shown on the page, with its `description`. Default: there are none.
   */
  readonly members?: S;
}

/** Type and page of a problem that an API can answer with. */
export interface DeclaredProblem {
  readonly definition: ProblemDefinition;
  /** The schema of its members; undefined where it has none. */
  readonly members: ValueSchema | undefined;
}

const OPTIONS: readonly string[] = ['status', 'title', 'meaning', 'members'];

/** What stands in the path of an IRI as it is. */
const SEGMENT = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/;

/**
 * Makes a type of problem of your own. List it in the option `problems` of `shoji()`, which serves the page that
 * says what it means, and throw it as a `Problem`.
 *
 * @param name - the last segment of the `type` that clients see: it must not change, and be none of the known ones
 * @throws {DeclarationError} listing what is wrong with it
 *
 * @example
 * const OutOfStock = defineProblem('out-of-stock', {
 *   status: 409,
 *   title: 'Out of stock',
 *   meaning: 'There are fewer left than were ordered. Order no more than "left" says.',
 *   members: Type.Object({ left: Type.Integer({ description: 'How many there are' }) }),
 * });
 *
 * throw new ProblemError(OutOfStock, { members: { left: 3 }, headers: { 'Retry-After': '120' } });
 *
 * @see RFC 9457, section 4
 */
export function defineProblem<const S extends Schema | undefined = undefined>(
  name: string,
  options: ProblemDefinitionOptions<S>,
): ProblemDefinition<S extends Schema ? Infer<S> & object : undefined> {
  const findings = new Findings();
  checkName(name, findings);
  if (isKeywords(options)) checkOptions(name, options, findings);
  else
    findings.add(
      placeOf(name),
      `takes an object with status, title and meaning; found ${describeDeclared(options)}`,
    );
  findings.throwIfAny();
  return new ProblemDefinition(name, options, options.members);
}

function placeOf(name: unknown): { class: string; name?: string } {
  return { class: 'defineProblem()', ...(typeof name === 'string' && { name }) };
}

function checkName(name: unknown, findings: Findings): void {
  if (typeof name !== 'string' || !SEGMENT.test(name)) {
    findings.add(
      placeOf(name),
      `the name is one segment of a path, such as "out-of-stock"; found ${describeDeclared(name)}`,
    );
  } else if (Object.hasOwn(problemTypes, name)) {
    findings.add(placeOf(name), 'is the name of a type that is there already; choose another');
  }
}

function checkOptions(name: unknown, options: object, findings: Findings): void {
  const where = placeOf(name);
  for (const option of Object.keys(options).filter((known) => !OPTIONS.includes(known)))
    findings.add({ ...where, member: option }, `is no option of it${suggestion(option, OPTIONS)}`);
  const { status, title, meaning, members } = options as Readonly<Record<string, unknown>>;
  if (!Number.isInteger(status) || (status as number) < 400 || (status as number) > 599) {
    findings.add(
      { ...where, member: 'status' },
      `must be a status code from 400 to 599; found ${describeDeclared(status)}`,
    );
  }
  for (const [member, text] of Object.entries({ title, meaning })) {
    if (typeof text !== 'string' || text.trim() === '')
      findings.add({ ...where, member }, `must be a text for people; found ${describeDeclared(text)}`);
  }
  if (members === undefined) return;
  if (!isKeywords(members) || members['type'] !== 'object') {
    findings.add(
      { ...where, member: 'members' },
      `must be the JSON Schema of an object, such as Type.Object({ … }); found ${describeDeclared(members)}`,
    );
  }
  for (const reserved of RESERVED_MEMBERS.filter((member) => Object.hasOwn(propertiesOf(members), member))) {
    findings.add(
      { ...where, member: 'members' },
      `${JSON.stringify(reserved)} is a member that every problem has (RFC 9457, section 3.1); rename yours`,
    );
  }
}

/**
 * The types of problems that an API lists, by their names.
 *
 * @param given - the option `problems` of `shoji()`
 */
export function declareProblems(given: unknown, findings: Findings): ReadonlyMap<string, DeclaredProblem> {
  const declared = new Map<string, DeclaredProblem>();
  // What is no array was found already.
  if (!Array.isArray(given) || given.length === 0) return declared;
  const where = { class: 'shoji()', member: 'options', name: 'problems' };
  const compiler = new SchemaCompiler(findings);
  for (const definition of given as readonly unknown[]) {
    if (!(definition instanceof ProblemDefinition)) {
      findings.add(where, `lists what defineProblem() made; found ${describeDeclared(definition)}`);
      continue;
    }
    const { name, members } = definition;
    if (declared.has(name)) findings.add(where, `has two types of the name ${JSON.stringify(name)}`);
    checkName(name, findings);
    const compiled = members && compiler.compile(members, { ...placeOf(name), member: 'members' });
    declared.set(name, { definition, members: compiled });
  }
  return declared;
}

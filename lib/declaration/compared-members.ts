import type { MemberType } from '../store/store.js';
import type { Findings, Whereabouts } from './declaration-findings.js';
import { propertiesOf, memberTypeOf, isKeywords } from '../resource/schema.js';
import { suggestion } from '../protocol/edit-distance.js';

/** The members of a body that a store is told to compare, checked against its schema. */
export class ComparedMembers {
  readonly #types: ReadonlyMap<string, MemberType>;
  readonly #known: boolean;
  readonly #findings: Findings;

  /** @param body - the schema; one that is none of an object is a finding of its own, and then nothing is found */
  constructor(body: unknown, findings: Findings) {
    this.#types = new Map(
      Object.entries(propertiesOf(body)).map(([name, schema]) => [name, memberTypeOf(schema)]),
    );
    this.#known = isKeywords(body) && body['type'] === 'object';
    this.#findings = findings;
  }

  /** Finds names that stand in a list twice. */
  checkTwice(names: readonly string[], where: Whereabouts): void {
    for (const name of new Set(names.filter((other, index) => names.indexOf(other) !== index))) {
      this.#findings.add({ ...where, name }, 'stands in it twice; once is enough');
    }
  }

  /**
   * Finds a name that is no member, or one of more than one type: only strings, numbers and booleans have an
   * order, and are equal in one way. A member may be absent or null, too.
   *
   * @returns its type; undefined where there are findings
   */
  check(name: string, where: Whereabouts): MemberType | undefined {
    if (!this.#known) return undefined;
    const type = this.#types.get(name);
    if (type !== undefined && type !== 'json') return type;
    if (type === undefined) {
      const names = [...this.#types.keys()];
      this.#findings.add(
        where,
        `${JSON.stringify(name)} is no member of the body (it has ${names.join(', ')})${suggestion(name, names)}`,
      );
    } else {
      this.#findings.add(
        where,
        `the member ${JSON.stringify(name)} is not of one scalar type; the schema has to say that it is a string, a number or integer, or a boolean (null beside it is allowed)`,
      );
    }
    return undefined;
  }
}

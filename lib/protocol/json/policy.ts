import { pointerWithin, walkJson, type Container, type JsonVisitor } from './walk.js';
import type { JsonRule, RawFault } from './faults.js';
import { numberFault } from './numbers.js';
import { quote } from './quote.js';
import { findStringFaults } from './strings.js';

/** What the policy depends on. */
export interface Policy {
  /** How deep objects and arrays may nest. */
  readonly depth: number;
  /** How many faults to give at most. */
  readonly limit: number;
}

/**
 * Finds what JSON.parse accepts in silence and a careful reader does not.
 *
 * @param text - a text that JSON.parse accepts
 * @returns the faults, in the order of the text
 */
export function findPolicyFaults(text: string, policy: Policy): readonly RawFault[] {
  const visitor = new PolicyVisitor(text, policy);
  walkJson(text, visitor);
  return visitor.faults;
}

class PolicyVisitor implements JsonVisitor {
  readonly faults: RawFault[] = [];
  readonly #text: string;
  readonly #policy: Policy;
  /** Names read so far in each object that is open, by its depth. */
  readonly #names: (Set<string> | undefined)[] = [];

  constructor(text: string, policy: Policy) {
    this.#text = text;
    this.#policy = policy;
  }

  name(within: Container, name: string, start: number, end: number, plain: boolean): void {
    const names = this.#names[within.depth];
    if (names === undefined) this.#names[within.depth] = new Set([name]);
    else if (names.has(name)) this.#report('duplicate-name', within, start, duplicateName(name));
    else names.add(name);

    if (name === '__proto__') this.#report('forbidden-name', within, start, FORBIDDEN_PROTO);
    else if (name === 'prototype' && within.parent?.token === 'constructor') {
      this.#report('forbidden-name', within, start, FORBIDDEN_CONSTRUCTOR);
    }
    if (!plain) this.string(within, start, end, plain);
  }

  get isDone(): boolean {
    return this.faults.length >= this.#policy.limit;
  }

  string(within: Container | undefined, start: number, end: number, plain: boolean): void {
    if (plain) return;
    for (const { rule, offset, message } of findStringFaults(this.#text, start, end)) {
      this.#report(rule, within, offset, message);
      if (this.isDone) return;
    }
  }

  number(within: Container | undefined, start: number, end: number): void {
    const message = numberFault(this.#text.slice(start, end));
    if (message !== undefined) this.#report('number-range', within, start, message);
  }

  open(container: Container, start: number): void {
    this.#names[container.depth] = undefined;
    if (container.depth === this.#policy.depth + 1) {
      this.#report('too-deep', container.parent, start, tooDeep(this.#policy.depth));
    }
  }

  #report(rule: JsonRule, within: Container | undefined, offset: number, message: string): void {
    if (this.isDone) return;
    // Pointers into what is too deep would be as long as it is deep.
    if (within !== undefined && within.depth > this.#policy.depth) return;
    this.faults.push({ rule, pointer: pointerWithin(within), offset, message });
  }
}

function duplicateName(name: string): string {
  return `the name ${quote(name)} stands twice in one object, and readers differ on which value counts; keep one of the two`;
}

/** What is wrong with nesting deeper than a number of levels. */
export function tooDeep(depth: number): string {
  return `objects and arrays nest deeper than ${depth} levels here; write the value flatter`;
}

const FORBIDDEN_PROTO =
  'the name "__proto__" can change the prototype of JavaScript objects, and is not accepted; choose another name';

const FORBIDDEN_CONSTRUCTOR =
  'the name "prototype" within "constructor" can change the prototype of JavaScript objects, and is not accepted; choose other names';

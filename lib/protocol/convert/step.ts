import type { Json, JsonObject } from '../documents.js';
import type { Role } from '../role.js';
import type { Loss } from './loss.js';
import type { NamesOf } from './name-order.js';

/** A document that a step takes: valid in the dialect that the step comes from. */
export interface Subject {
  readonly document: JsonObject;
  /** The element of Shoji's that it is. */
  readonly element: string;
  /** The order of names in the document's members, which a JavaScript object need not keep. */
  readonly namesOf: NamesOf;
  readonly role: Role;
}

/** What a step makes of a document. */
export interface StepResult {
  readonly document: Json;
  readonly losses: readonly Loss[];
  /** From the pointers of what stands elsewhere now to where it stood before. */
  readonly moved?: ReadonlyMap<string, string>;
}

/** Converts catalogs, entities and the like; Value documents are the same in every dialect. */
export type Step = (subject: Subject) => StepResult;

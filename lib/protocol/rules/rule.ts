import type { DialectDefinition } from '../dialects/dialect.js';
import type { JsonObject } from '../documents.js';
import type { Finding } from '../findings.js';
import type { Role } from '../role.js';
import type { RuleName } from '../rule-names.js';

/** A finding before it is known where in a text it lies. */
export interface Remark extends Pick<Finding, 'level' | 'pointer' | 'message' | 'see'> {
  readonly rule: RuleName;
  /** Where in the string at `pointer`, in UTF-16 code units from 0; the whole value without it. */
  readonly at?: number;
}

/** What a rule looks at. */
export interface Subject {
  /** Any object, whether it obeys its schema or not: a rule passes over what is not of its type. */
  readonly document: JsonObject;
  readonly dialect: DialectDefinition;
  readonly role: Role;
}

/** One thing that documents must obey and JSON Schema cannot say. */
export type Rule = (subject: Subject) => Iterable<Remark>;

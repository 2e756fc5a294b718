import type { Finding } from '../findings.js';
import type { Json, JsonObject } from '../documents.js';
import type { Role } from '../role.js';
import { walkJson } from '../json/walk.js';
import type { Container, JsonVisitor } from '../json/walk.js';
import { isObject } from '../json/values.js';
import type { Dialect } from '../dialects/dialects.js';
import { quote } from '../format-value.js';
import { formatPointer, parsePointer } from '../json-pointer.js';
import { validate } from '../validate.js';

/** One thing that a document of another dialect cannot say. */
export interface Loss {
  /** Where it stands in the document that was converted, as an RFC 6901 JSON Pointer. */
  readonly pointer: string;
  /** 1-based, where the text of the document is known. */
  readonly line?: number;
  /** 1-based, in UTF-16 code units, where the text of the document is known. */
  readonly column?: number;
  /** What could not be carried over, why, and what can be done about it. */
  readonly message: string;
}

/** Thrown where a document cannot be converted; the findings say what is wrong with it. */
export class ConversionError extends Error {
  /** The same for every error of this class, to be searched for. */
  readonly code = 'SHOJI_CONVERSION';
  override readonly name = 'ConversionError';
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    const [first] = findings.filter(({ level }) => level === 'error');
    super(
      `The document cannot be converted: ${first === undefined ? 'it is not valid' : `${first.pointer} ${first.message}`}`,
    );
    this.findings = findings;
  }
}

/** A document that a step takes: valid in the dialect that the step comes from. */
export interface ConversionSource {
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
export type Step = (source: ConversionSource) => StepResult;

/** The names in an object that is a member of the document; none where the member is no object. */
export type NamesOf = (member: string) => readonly string[];

/** The order in which a JavaScript object keeps names: those that are integers first. */
export function namesInObject(document: JsonObject): NamesOf {
  return (member) => {
    const object = document[member];
    return isObject(object) ? Object.keys(object) : [];
  };
}

/**
 * The order in which a text writes names. Names such as `9843`, the IRIs of the draft's own
 * examples, would not keep it in a JavaScript object.
 *
 * @param text - a text that JSON.parse accepts, in which no object has a name twice
 */
export function namesInText(text: string): NamesOf {
  let names: ReadonlyMap<string, readonly string[]> | undefined;
  return (member) => {
    names ??= readNames(text);
    return names.get(member) ?? [];
  };
}

function readNames(text: string): ReadonlyMap<string, readonly string[]> {
  const visitor = new NameVisitor();
  walkJson(text, visitor);
  return visitor.names;
}

/** Keeps the names that stand in members of the outermost object. */
class NameVisitor implements JsonVisitor {
  readonly names: Map<string, string[]> = new Map();

  name({ depth, parent }: Container, name: string): void {
    if (depth !== 2 || typeof parent?.token !== 'string') return;
    const names = this.names.get(parent.token);
    if (names === undefined) this.names.set(parent.token, [name]);
    else names.push(name);
  }

  string(): void {}

  number(): void {}

  open(): void {}
}

/** A document, and what had to be left out of it. */
export interface Fitted {
  readonly document: JsonObject;
  readonly losses: readonly Loss[];
}

/**
 * Leaves out members that the dialect they came from gives no meaning, and the one they come to
 * does, if they are not what it wants there.
 *
 * @throws {ConversionError} where leaving out members does not make the document valid
 */
export function withoutMisfits(document: JsonObject, dialect: Dialect, role: Role): Fitted {
  const { findings } = validate(document, { dialect, role });
  const errors = findings.filter(({ level }) => level === 'error');
  const reasons = new Map<string, string>();
  for (const { pointer, message } of errors) {
    const [member] = parsePointer(pointer) ?? [];
    if (member === undefined || member === 'element') throw new ConversionError(errors);
    if (!reasons.has(member)) reasons.set(member, message);
  }
  return {
    document: Object.fromEntries(Object.entries(document).filter(([member]) => !reasons.has(member))),
    losses: [...reasons].map(([member, reason]) => ({
      pointer: formatPointer([member]),
      message: `the member ${quote(member)} is left out, because it has a meaning of its own in ${dialect}: ${reason}`,
    })),
  };
}

import type { JsonObject } from '../documents.js';
import { walkJson, type Container, type JsonVisitor } from '../json/walk.js';
import { isJsonObject } from '../rules/members.js';

/** The names in an object that is a member of the document; none where the member is no object. */
export type NamesOf = (member: string) => readonly string[];

/** The order in which a JavaScript object keeps names: those that are integers first. */
export function namesInObject(document: JsonObject): NamesOf {
  return (member) => {
    const object = document[member];
    return isJsonObject(object) ? Object.keys(object) : [];
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

import { draft01, draft02 } from '../dialects/dialects.js';
import type { Json } from '../documents.js';
import { quote } from '../format-value.js';
import { stringsIn } from '../iri-references.js';
import { isObject } from '../json/values.js';
import type { Loss, Step } from './conversion.js';
import { formatPointer } from '../json-pointer.js';
import { parseIri } from '../iri/resolve-iri.js';
import { UriTemplate } from '../uri-template/uri-template.js';

/** A link that has no name yet. */
export interface UnnamedLink {
  /** The member that it stands in. */
  readonly member: string;
  /** A well-formed IRI reference or URI template, once in its member. */
  readonly target: string;
}

/**
 * Gives links names that are made from where they lead: `bills/` becomes "bills", and
 * `sellers{?sold_count}` becomes "sellers by sold count", as the draft itself calls it.
 *
 * A name depends on its own link alone, unless another link would have the same: then both get
 * longer ones, so that the order of links never matters.
 *
 * @returns a name for each link, no two of them the same
 */
export function nameLinks(links: readonly UnnamedLink[]): readonly string[] {
  const candidates = links.map(nameCandidates);
  const lengths = links.map(() => 0);
  for (;;) {
    const names = candidates.map((own, link) => own[lengths[link] ?? 0] ?? '');
    const uses = new Map<string, number>();
    for (const name of names) uses.set(name, (uses.get(name) ?? 0) + 1);
    if (uses.size === names.length) return names;
    for (const [link, name] of names.entries()) {
      const isLongest = lengths[link] === (candidates[link]?.length ?? 0) - 1;
      if ((uses.get(name) ?? 0) > 1 && !isLongest) lengths[link] = (lengths[link] ?? 0) + 1;
    }
  }
}

/** With how many segments of its path a link is told from others, before it takes the whole. */
const MAX_SEGMENTS = 4;

/**
 * The names that a link may have, the shortest one first. The last one is no other link's, since it
 * tells the whole target and its member: no target has a space.
 */
function nameCandidates({ member, target }: UnnamedLink): readonly string[] {
  const whole = target === '' ? 'this document' : target;
  // That name would reach the prototype of a JavaScript object, and strict readers refuse it.
  return [...readableNames(target), whole, `${whole} in ${member}`].filter((name) => name !== '__proto__');
}

function readableNames(target: string): readonly string[] {
  if (target === '') return ['self'];
  const { literal, variables } = takeApart(target);
  const { authority, path, query, fragment } = parseIri(literal);
  // Who may log in stands before the "@", and belongs in no name.
  const segments = [authority?.replace(/^.*@/, '') ?? '', ...path.split('/')]
    .filter((segment) => segment !== '.' && segment !== '..')
    .map(readable)
    .filter((segment) => segment !== '');
  const details = [
    // In "?type={type}", the variable says it all.
    ...phrase(
      'with',
      (query ?? '').split('&').filter((pair) => !pair.endsWith('=')),
    ),
    ...phrase('by', variables),
    ...phrase('at', [fragment ?? '']),
  ];
  const paths = segments
    .slice(-MAX_SEGMENTS)
    .map((_, dropped, ends) => ends.slice(ends.length - 1 - dropped).join('/'));
  if (paths.length > 0) return paths.map((ending) => [ending, ...details].join(' '));
  return details.length > 0 ? [details.join(' ')] : [];
}

/** What a link says outside of its expressions, and the variables in them. */
function takeApart(target: string): { readonly literal: string; readonly variables: readonly string[] } {
  if (!/[{}]/.test(target)) return { literal: target, variables: [] };
  const { parts, variables } = UriTemplate.parse(target);
  return { literal: parts.map((part) => (part.type === 'literal' ? part.text : '')).join(''), variables };
}

function phrase(preposition: string, texts: readonly string[]): readonly string[] {
  const words = texts.map(readable).filter((text) => text !== '');
  return words.length === 0 ? [] : [`${preposition} ${words.join(', ')}`];
}

/** A part of an IRI as people would write it. */
function readable(text: string): string {
  return decoded(text)
    .replaceAll(/[_\s]+/g, ' ')
    .trim();
}

function decoded(text: string): string {
  try {
    const characters = decodeURIComponent(text);
    // What cannot be seen, or turns the direction of writing, is better seen encoded.
    return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(characters) ? text : characters;
  } catch {
    return text;
  }
}

/** Draft 01 to draft 02: arrays of links become maps, whose names are made from the links. */
export const fromDraft01: Step = ({ document }) => {
  const losses: Loss[] = [];
  const links: UnnamedLink[] = [];
  for (const member of draft01.linkMembers) {
    const targets = new Set<string>();
    for (const { text: target, pointer } of stringsIn(document[member], member)) {
      if (targets.has(target)) losses.push({ pointer, message: repeated(target, member) });
      else {
        targets.add(target);
        links.push({ member, target });
      }
    }
  }
  const maps = new Map<string, [name: string, target: string][]>();
  const names = nameLinks(links);
  for (const [index, { member, target }] of links.entries()) {
    const map = maps.get(member) ?? [];
    map.push([names[index] ?? '', target]);
    maps.set(member, map);
  }
  const named = (member: string, value: Json): Json =>
    draft01.linkMembers.includes(member) ? Object.fromEntries(maps.get(member) ?? []) : value;
  return {
    document: Object.fromEntries(
      Object.entries(document).map(([member, value]) => [member, named(member, value)]),
    ),
    losses,
  };
};

function repeated(target: string, member: string): string {
  return (
    `the link ${quote(target)} stands in ${quote(member)} more than once, ` +
    'and is kept once: its name is made from it, and no two links of draft 02 have one name'
  );
}

/** Draft 02 to draft 01: maps of links become arrays, without their names. */
export const toDraft01: Step = ({ document, namesOf }) => {
  const losses: Loss[] = [];
  const unnamed = (member: string, value: Json): Json => {
    if (!draft02.linkMembers.includes(member) || !isObject(value)) return value;
    const targets = new Set<string>();
    for (const name of namesOf(member)) {
      const target = value[name];
      if (typeof target !== 'string') continue;
      targets.add(target);
      losses.push({ pointer: formatPointer([member, name]), message: nameless(name, target) });
    }
    return [...targets];
  };
  return {
    document: Object.fromEntries(
      Object.entries(document).map(([member, value]) => [member, unnamed(member, value)]),
    ),
    losses,
  };
};

function nameless(name: string, target: string): string {
  return (
    `the name ${quote(name)} is lost: links of draft 01 have none, ` +
    `so that clients find this one only by where it leads, ${quote(target)}`
  );
}

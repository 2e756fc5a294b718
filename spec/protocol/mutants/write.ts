import { formatPointer } from '../../../lib/protocol/json-pointer.js';
import type { Random } from './random.js';
import type { Member, Tree } from './tree.js';

/** Where something came to stand in a text. */
export interface Place {
  /** JSON Pointer of the value; for a member, of its value, though the place is its name's. */
  readonly pointer: string;
  /** In UTF-16 code units from 0. */
  readonly offset: number;
}

export interface Writing {
  readonly text: string;
  readonly places: ReadonlyMap<Tree | Member, Place>;
}

/** Writes a document with white space and escapes at random, and notes where all of it stands. */
export function write(document: Tree, random: Random): Writing {
  const places = new Map<Tree | Member, Place>();
  let text = '';
  const put = (tree: Tree, pointer: string): void => {
    text += space(random);
    places.set(tree, { pointer, offset: text.length });
    if (tree.kind === 'leaf') text += tree.literal ?? literal(tree.value, random);
    else if (tree.kind === 'list') {
      text += '[';
      for (const [index, item] of tree.items.entries()) {
        if (index > 0) text += `${space(random)},`;
        put(item, pointer + formatPointer([index]));
      }
      text += `${space(random)}]`;
    } else {
      text += '{';
      for (const [index, member] of tree.members.entries()) {
        text += `${index > 0 ? ',' : ''}${space(random)}`;
        const inner = pointer + formatPointer([member.name]);
        places.set(member, { pointer: inner, offset: text.length });
        text += `${literal(member.name, random)}${space(random)}:`;
        put(member.value, inner);
      }
      text += `${space(random)}}`;
    }
  };
  put(document, '');
  return { text, places };
}

const SPACES = ['', '', '', ' ', ' ', '\n', '\n  ', '\t', '\r\n', '\r'];

function space(random: Random): string {
  return random.pick(SPACES);
}

function literal(value: string | number | boolean | null, random: Random): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  let text = '';
  for (let at = 0; at < value.length; at += 1) text += unit(value.charAt(at), random);
  return `"${text}"`;
}

function unit(character: string, random: Random): string {
  const code = character.charCodeAt(0);
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (isSurrogate || random.oneIn(24)) return `\\u${code.toString(16).padStart(4, '0')}`;
  return character === '/' && random.oneIn(8) ? '\\/' : JSON.stringify(character).slice(1, -1);
}

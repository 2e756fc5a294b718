import type { Json, JsonObject } from './documents.js';
import { isPlainFolder, itemForm, NONE, RELATIVE, UNSURE } from './quick-reference.js';
import type { Form } from './quick-reference.js';
import { isObject } from './json/values.js';

/**
 * The form of the references in a list, no two of which lead to the same place; UNSURE if two might.
 *
 * @param self - what they are relative to
 */
export function formOfItems(items: readonly Json[], self: Json | undefined): Form {
  if (areNumbers(items)) return items.length === 0 ? NONE : RELATIVE;
  let common = NONE;
  let isMixed = false;
  let isAscending = true;
  let last = '';
  for (const item of items) {
    const form = typeof item === 'string' ? itemForm(item) : UNSURE;
    if (form === UNSURE) return UNSURE;
    isMixed ||= form !== common && common !== NONE;
    common = form;
    isAscending &&= isBehind(item as string, last);
    last = item as string;
  }
  if (isMixed) return leadApart(items as readonly string[], self) ? RELATIVE : UNSURE;
  // Different references of one form lead to different places. Where they stand in an order, as they
  // mostly do, no two are the same.
  return isAscending || new Set(items).size === items.length ? common : UNSURE;
}

/** As {@link formOfItems}, of the names in an index, which hold objects. */
export function formOfIndex(index: JsonObject, self: Json | undefined): Form {
  let common = NONE;
  let isMixed = false;
  for (const reference in index) {
    const form = isObject(index[reference]) ? itemForm(reference) : UNSURE;
    if (form === UNSURE) return UNSURE;
    isMixed ||= form !== common && common !== NONE;
    common = form;
  }
  if (isMixed) return leadApart(Object.keys(index), self) ? RELATIVE : UNSURE;
  return common;
}

function isBehind(text: string, other: string): boolean {
  return text.length === other.length ? text > other : text.length > other.length;
}

/** Whether the items are numbers, each greater than the one before: `1/`, `2/`, `10/`. */
function areNumbers(items: readonly Json[]): boolean {
  let last = -1;
  for (const item of items) {
    const number = typeof item === 'string' ? numberOf(item) : NaN;
    if (!(number > last)) return false;
    last = number;
  }
  return true;
}

/** The number in an item such as `12/`; NaN in others. */
function numberOf(item: string): number {
  const end = item.length - 1;
  if (end < 1 || end > MOST_DIGITS || item.charCodeAt(end) !== SLASH) return NaN;
  let number = 0;
  for (let at = 0; at < end; at += 1) {
    const digit = item.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return NaN;
    number = number * 10 + digit;
  }
  return number;
}

const SLASH = 0x2f;
const ZERO = 0x30;
/** So many digits are exact in a number. */
const MOST_DIGITS = 15;

/**
 * Whether relative references of different forms, such as `../a/` and `../../b/a/`, lead to different
 * places; false also where it is not known what they are relative to, or where some are not.
 */
function leadApart(items: readonly string[], self: Json | undefined): boolean {
  if (typeof self !== 'string' || !isPlainFolder(self)) return false;
  if (items.some((item) => itemForm(item) < RELATIVE)) return false;
  const root = self.startsWith('/') ? 0 : self.indexOf('/', 'https://'.length);
  return new Set(items.map((item) => resolve(item, self, root))).size === items.length;
}

/** @param root - where the path of the folder begins, above which no step leads */
function resolve(item: string, folder: string, root: number): string {
  let end = folder.length;
  let start = item.startsWith('./') ? 2 : 0;
  for (; item.startsWith('../', start); start += 3) {
    end = Math.max(folder.lastIndexOf('/', end - 2), root) + 1;
  }
  return folder.slice(0, end) + item.slice(start);
}

import type { ResourceKind } from '../../survey.js';
import { markup } from '../markup.js';
import type { Markup } from '../markup.js';

/** What one, and what many resources of a kind are called. */
export const KIND_NOUNS: Readonly<Record<ResourceKind, readonly [noun: string, nouns: string]>> = {
  catalog: ['catalog', 'catalogs'],
  entity: ['entity', 'entities'],
  view: ['view', 'views'],
  order: ['order', 'orders'],
  value: ['value', 'values'],
  unknown: ['resource', 'resources'],
};

/** Each kind has a form of its own, so that none is told by its colour alone. */
const FORMS: Readonly<Record<ResourceKind, string>> = {
  catalog: 'M11 16.5a2 2 0 0 1 2-2h4l2.5 2.5H27a2 2 0 0 1 2 2V28a2 2 0 0 1-2 2H13a2 2 0 0 1-2-2z',
  entity:
    'M13 13.5h14a1.5 1.5 0 0 1 1.5 1.5v14a1.5 1.5 0 0 1-1.5 1.5H13a1.5 1.5 0 0 1-1.5-1.5V15a1.5 1.5 0 0 1 1.5-1.5z',
  view: 'M20 12.5 29.5 22 20 31.5 10.5 22z',
  order: 'M11 14h18v3.5H11zM11 20.25h13v3.5H11zM11 26.5h8V30h-8z',
  value: 'M20 13.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z',
  unknown: 'M20 13.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z',
};

/** The form of a kind, in a square of 40 pixels. */
export function kindIcon(kind: ResourceKind): Markup {
  return markup`<path class="icon ${kind}" d="${FORMS[kind]}"/>`;
}

/** The form of a kind as a drawing of its own, for a line of text. */
export function kindSymbol(kind: ResourceKind): Markup {
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="symbol" width="18" height="18" viewBox="9 11 22 22" aria-hidden="true" focusable="false">${kindIcon(kind)}</svg>`;
}

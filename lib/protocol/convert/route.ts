import type { Dialect } from '../dialects/dialect.js';
import { fromCrunch } from './from-crunch.js';
import { fromDraft01 } from './from-draft-01.js';
import type { Step } from './step.js';
import { toCrunch } from './to-crunch.js';
import { toDraft01 } from './to-draft-01.js';

const TO_DRAFT_02: Readonly<Record<Exclude<Dialect, 'draft-02'>, Step>> = {
  'draft-01': fromDraft01,
  crunch: fromCrunch,
};

const FROM_DRAFT_02: Readonly<Record<Exclude<Dialect, 'draft-02'>, Step>> = {
  'draft-01': toDraft01,
  crunch: toCrunch,
};

/** The steps from one dialect to another: draft 02 is on every way. */
export function routeBetween(from: Dialect, to: Dialect): readonly Step[] {
  if (from === to) return [];
  return [
    ...(from === 'draft-02' ? [] : [TO_DRAFT_02[from]]),
    ...(to === 'draft-02' ? [] : [FROM_DRAFT_02[to]]),
  ];
}

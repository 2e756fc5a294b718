import type { Finding, Level } from '../../../lib/protocol/findings.js';
import { locate } from '../../../lib/protocol/json/locate.js';
import { validate, validateText } from '../../../lib/protocol/validate.js';
import type { Blame, Mutation } from './mutation.js';
import type { Random } from './random.js';
import type { Sites } from './sites.js';
import { write } from './write.js';
import type { Writing } from './write.js';

const WEIGHT: Readonly<Record<Level, number>> = { note: 0, warning: 1, error: 2 };

/**
 * Applies mutations to a document, writes it, and has it judged.
 *
 * @returns what the validator missed, misplaced or made up, with the mutant; undefined where all is well
 */
export function judgeMutant(
  { seed, root }: Sites,
  mutations: readonly Mutation[],
  random: Random,
): string | undefined {
  const blames = mutations.flatMap((mutation) => mutation.apply());
  const writing = write(root, random);
  const { findings } = validateText(writing.text, seed);
  const complaints = [
    ...missed(blames, findings, writing),
    ...madeUp(blames, findings, writing),
    ...differing(findings, validate(JSON.parse(writing.text), seed).findings),
  ];
  if (complaints.length === 0) return undefined;
  return [
    `${seed.name}: ${mutations.map(({ what }) => what).join('; ')}`,
    ...complaints,
    ...findings.map((finding) => `found ${show(finding)}`),
    writing.text,
  ].join('\n  ');
}

function* missed(
  blames: readonly Blame[],
  findings: readonly Finding[],
  writing: Writing,
): Generator<string> {
  for (const blame of blames) {
    const { rule, level, where } = blame;
    const place = writing.places.get(where);
    if (place === undefined) throw new Error(`The mutation blames what it did not leave in the document`);
    const { line, column } = positionOf(blame, place.offset, writing.text);
    const expected = { rule, level, pointer: place.pointer, line, column };
    const isFound = findings.some(
      (finding) =>
        finding.rule === rule &&
        finding.pointer === place.pointer &&
        finding.line === line &&
        finding.column === column &&
        WEIGHT[finding.level] >= WEIGHT[level],
    );
    if (!isFound) yield `missed ${show(expected)}`;
    // Where a value stands is known twice: from the writer, and from the reader.
    if ('kind' in where && blame.at === undefined) {
      const located = locate(writing.text, place.pointer);
      if (located?.line !== line || located.column !== column) yield `locate fails on ${place.pointer}`;
    }
  }
}

/** Errors that are found where nothing was broken. */
function* madeUp(
  blames: readonly Blame[],
  findings: readonly Finding[],
  { places }: Writing,
): Generator<string> {
  const expected = new Set(blames.map(({ rule, where }) => `${rule} ${places.get(where)?.pointer}`));
  for (const finding of findings) {
    const isExpected = expected.has(`${finding.rule} ${finding.pointer}`);
    if (finding.level === 'error' && !isExpected) yield `made up ${show(finding)}`;
  }
}

/** What a text alone can show. */
const OF_TEXTS: ReadonlySet<string> = new Set([
  'duplicate-name',
  'forbidden-name',
  'lone-surrogate',
  'null-character',
  'number-range',
  'too-deep',
]);

/** What is found in the text and not in the document that was read from it, or the other way round. */
function* differing(inText: readonly Finding[], inDocument: readonly Finding[]): Generator<string> {
  const name = ({ level, rule, pointer }: Finding): string =>
    `${level} ${rule} at ${JSON.stringify(pointer)}`;
  const ofText = new Set(inText.filter(({ rule }) => !OF_TEXTS.has(rule)).map(name));
  const ofDocument = new Set(inDocument.map(name));
  for (const one of ofText) if (!ofDocument.has(one)) yield `without the text missed ${one}`;
  for (const one of ofDocument) if (!ofText.has(one)) yield `without the text made up ${one}`;
}

/** The line and column of a blame, counted without the help of what is tested. */
function positionOf({ at }: Blame, start: number, text: string): { line: number; column: number } {
  let offset = start;
  if (at !== undefined) {
    offset += 1;
    for (let unit = 0; unit < at; unit += 1) offset += escapeLength(text, offset);
  }
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

function escapeLength(text: string, offset: number): number {
  if (text[offset] !== '\\') return 1;
  return text[offset + 1] === 'u' ? 6 : 2;
}

function show({ level, rule, pointer, line, column }: Omit<Finding, 'message' | 'see'>): string {
  return `${level} ${rule} at ${JSON.stringify(pointer)}, ${line}:${column}`;
}

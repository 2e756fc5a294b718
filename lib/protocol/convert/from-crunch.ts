import type { Json, JsonObject } from '../documents.js';
import { describeJson, quote } from '../json/quote.js';
import { formatPointer } from '../json-pointer.js';
import { isJsonObject } from '../rules/members.js';
import { validate } from '../validate.js';
import { ConversionError } from './conversion-error.js';
import { listItems } from './crunch-items.js';
import { MAPS_MOVED, relink } from './crunch-links.js';
import type { Loss } from './loss.js';
import { withoutMisfits } from './misfits.js';
import type { Step, StepResult, Subject } from './step.js';

/** The dialect of Crunch.io to draft 02. */
export const fromCrunch: Step = (subject) => {
  switch (subject.element) {
    case 'shoji:order':
      return unwrap(subject, 'graph');
    case 'shoji:view':
      return Object.hasOwn(subject.document, 'value') ? unwrap(subject, 'value') : viewToCatalog(subject);
    case 'shoji:catalog':
      return convertCatalog(subject);
    default:
      return convertEntity(subject);
  }
};

function convertCatalog(subject: Subject): StepResult {
  const { maps, losses, moved } = relink(subject);
  const items = listItems(subject);
  const places = new Map<string, string | undefined>([
    ['index', 'entities'],
    ['body', undefined],
  ]);
  if (items.isGraphSpent) places.set('graph', undefined);
  const replaced = new Map<string, Json>(maps);
  if (items.entities !== undefined) replaced.set('entities', items.entities);
  return {
    document: rebuild(subject.document, places, replaced),
    losses: [...losses, ...items.losses, ...bodyLost(subject.document)],
    moved,
  };
}

function bodyLost({ body }: JsonObject): readonly Loss[] {
  if (!isJsonObject(body) || Object.keys(body).length === 0) return [];
  const message =
    'the member "body" is lost: in draft 02 it is the values of an entity, and a catalog has none; ' +
    'make its values an entity’s, and link to that';
  return [{ pointer: '/body', message }];
}

function convertEntity(subject: Subject): StepResult {
  const { maps, losses, moved } = relink(subject);
  const count = subject.namesOf('index').length;
  const lost: Loss = {
    pointer: '/index',
    message:
      `the entity's index of ${count} item${count === 1 ? '' : 's'} is lost: only catalogs of draft 02 ` +
      'have entities; give the items a catalog, and link to it from "catalogs"',
  };
  return {
    document: rebuild(subject.document, new Map([['index', undefined]]), maps),
    losses: count === 0 ? losses : [...losses, lost],
    moved,
  };
}

/**
 * A document with some members replaced, each standing where it stood.
 *
 * @param places - the new names of members, undefined for those which have no place any more
 */
function rebuild(
  document: JsonObject,
  places: ReadonlyMap<string, string | undefined>,
  replaced: ReadonlyMap<string, Json>,
): JsonObject {
  const members = new Map<string, Json>();
  for (const [name, value] of Object.entries(document)) {
    const place = placeOf(name, places, replaced);
    if (place !== undefined && !members.has(place)) members.set(place, replaced.get(place) ?? value);
  }
  return Object.fromEntries(members);
}

function placeOf(
  name: string,
  places: ReadonlyMap<string, string | undefined>,
  replaced: ReadonlyMap<string, Json>,
): string | undefined {
  if (name === 'urls') return undefined;
  const to = MAPS_MOVED.get(name)?.to;
  // A map without links leaves nothing that would need a place.
  if (to !== undefined) return replaced.has(to) ? to : undefined;
  return places.has(name) ? places.get(name) : name;
}

/** A Value document is the value alone, of which no envelope says where it is. */
function unwrap({ document, role }: Subject, member: 'value' | 'graph'): StepResult {
  const value = document[member] ?? null;
  const judged = validate(value, { dialect: 'draft-02', role });
  if (!judged.valid) {
    throw new ConversionError(
      judged.findings.map((finding) => ({ ...finding, pointer: `/${member}${finding.pointer}` })),
    );
  }
  const losses = Object.entries(document)
    .filter(([name]) => name !== member && name !== 'element')
    .map(([name, lost]) => ({ pointer: formatPointer([name]), message: envelopeLost(name, lost) }));
  if (judged.element !== undefined) {
    losses.push({
      pointer: `/${member}/element`,
      message: `the value has an "element" of its own, by which readers take it for a ${judged.element} instead of a Value document`,
    });
  }
  return { document: value, losses };
}

function envelopeLost(name: string, value: Json): string {
  const found = isJsonObject(value) || Array.isArray(value) ? '' : ` (${describeJson(value)})`;
  return (
    `the member ${quote(name)}${found} is lost: a Value document of draft 02 is the value alone` +
    (name === 'self' ? '; it is where the document is fetched from' : '')
  );
}

function viewToCatalog(subject: Subject): StepResult {
  const element = 'shoji:catalog';
  const fitted = withoutMisfits({ ...subject.document, element }, 'crunch', subject.role);
  const { losses, ...result } = convertCatalog({ ...subject, element, document: fitted.document });
  const lost: Loss = {
    pointer: '/element',
    message:
      'that this is a view is lost: it has no value, which a view of draft 02 consists of, ' +
      'so that it is a catalog now, which can hold links alone',
  };
  return { ...result, losses: [lost, ...fitted.losses, ...losses] };
}

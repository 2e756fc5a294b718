// What is served: users with the same bodies everywhere, and the documents that all contestants answer with.

/** What one contestant serves. */
export interface AppSpec {
  /** How many users there are, all catalogs together. */
  readonly entities: number;
  /** How many catalogs they are spread over, each a resource class of its own. */
  readonly classes: number;
  /** `memory`, a SQLite file, or the URL of a PostgreSQL database. */
  readonly store: string;
  /** Whether catalogs are given out in pages. */
  readonly paged: boolean;
  /** Whether conditional GET is answered by those for whom it is something to be switched on. */
  readonly conditional: boolean;
}

export type User = {
  readonly first_name: string;
  readonly last_name: string;
  readonly sold_count: number;
  readonly last_modified: string;
};

/** One catalog of users, as frameworks without a store of their own keep it. */
export interface UserCatalog {
  /** Its name, and last segment of its path. */
  readonly name: string;
  readonly path: string;
  readonly users: Map<string, User>;
  /** The keys of `users`, ascending. */
  readonly ids: readonly number[];
}

/** When all that is in memory is said to have been written. */
export const WRITTEN = new Date('2003-12-13T18:30:02Z');

/** How many entities of a catalog a page has that says nothing else. */
export const PAGE_SIZE = 100;

const FIRST_NAMES = 'Aiko Berit Carla Dmitri Elena Farid Grace Hugo Ines Jonas Kemal Lucia Marta'.split(' ');
const LAST_NAMES = 'Adler Brandt Costa Dvorak Eriksen Fontana Grant Haddad Ito Jensen Kowalski'.split(' ');

export const FRAGMENTS = { 'first name': 'first_name', 'last name': 'last_name', 'sold count': 'sold_count' };
export const VIEWS = { 'Sold Counts': 'sold_counts{?min}' };
export const TITLE = 'Users Catalog';
export const DESCRIPTION = 'The set of user entities for this application.';

export function userOf(id: number): User {
  return {
    first_name: FIRST_NAMES[id % FIRST_NAMES.length] ?? '',
    last_name: LAST_NAMES[id % LAST_NAMES.length] ?? '',
    sold_count: (id * 48_271) % 20_000,
    last_modified: '2003-12-13 18:30:02Z',
  };
}

export function catalogName(index: number): string {
  return index === 0 ? 'users' : `users-${index}`;
}

/** The ids of the users in one catalog. */
export function idsOf({ entities, classes }: AppSpec): readonly number[] {
  return Array.from({ length: Math.ceil(entities / classes) }, (_, index) => index + 1);
}

export function catalogsOf(spec: AppSpec): readonly UserCatalog[] {
  const ids = idsOf(spec);
  return Array.from({ length: spec.classes }, (_, index) => {
    const name = catalogName(index);
    const users = new Map(ids.map((id) => [String(id), userOf(id)]));
    return { name, path: `/${name}/`, users, ids };
  });
}

/** A Shoji entity. */
export function entityDocument(self: string, body: User, updated: Date = WRITTEN) {
  return { element: 'shoji:entity', self, updated: dateText(updated), fragments: FRAGMENTS, body };
}

/** The catalog with all its entities. */
export function catalogDocument({ path, ids }: UserCatalog) {
  return {
    element: 'shoji:catalog',
    self: path,
    title: TITLE,
    description: DESCRIPTION,
    updated: dateText(WRITTEN),
    views: VIEWS,
    entities: ids.map((id) => `${id}/`),
  };
}

/** One page of the catalog, found by key. */
export function pageDocument({ path, ids }: UserCatalog, after: number, limit: number) {
  const first = firstPast(ids, after);
  const page = ids.slice(first, first + limit);
  const next = first + limit < ids.length ? { next: `?after=${page.at(-1)}&limit=${limit}` } : {};
  return {
    element: 'shoji:catalog',
    self: `${path}?after=${after}&limit=${limit}`,
    title: TITLE,
    description: DESCRIPTION,
    updated: dateText(WRITTEN),
    catalogs: { page: '{?after,limit}', ...next },
    views: VIEWS,
    entities: page.map((id) => `${id}/`),
  };
}

/** What the view gives. */
export function soldCounts({ users }: UserCatalog, min: number): number[] {
  const counts: number[] = [];
  for (const { sold_count } of users.values()) if (sold_count >= min) counts.push(sold_count);
  return counts;
}

/** A date as Shoji documents have it: without a fraction where there is none. */
export function dateText(date: Date): string {
  return `#${date.toISOString().replace('.000Z', 'Z')}#`;
}

/** The index of the first that is greater, by halving. */
function firstPast(ids: readonly number[], after: number): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] as number) > after) high = middle;
    else low = middle + 1;
  }
  return low;
}

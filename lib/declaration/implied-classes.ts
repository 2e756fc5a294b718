import { Catalog, Fragment } from '../resource/resource-classes.js';
import type { CatalogClass, FragmentClass, ViewClass } from '../resource/resource-classes.js';
import type { Findings } from './declaration-findings.js';

/** What the implied root shows of itself. */
export interface RootDescription {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
}

const impliedRoots = new WeakSet<object>();

/** Whether a class was made by {@link impliedRoot}, so that nobody wrote it. */
export function isImpliedRoot(declared: CatalogClass): boolean {
  return impliedRoots.has(declared);
}

/** The root that links to each class by the last segment of its path: `users/` as `users`. */
export function impliedRoot(
  given: { readonly catalogs: readonly CatalogClass[]; readonly views: readonly ViewClass[] },
  { title, description }: RootDescription,
  findings: Findings,
): CatalogClass {
  const names = new LinkNames(findings);
  const catalogs = Object.fromEntries(given.catalogs.map((declared) => [names.of(declared), declared]));
  const views = Object.fromEntries(given.views.map((declared) => [names.of(declared), declared]));
  const options = {
    iri: '/',
    ...(typeof title === 'string' && { title }),
    ...(typeof description === 'string' && { description }),
  };
  class Root extends Catalog.of(options) {
    static override catalogs(): Readonly<Record<string, CatalogClass>> {
      return catalogs;
    }
    static override views(): Readonly<Record<string, ViewClass>> {
      return views;
    }
  }
  Object.defineProperty(Root, 'name', { value: 'shoji()' });
  impliedRoots.add(Root);
  return Root;
}

class LinkNames {
  readonly #taken = new Map<string, CatalogClass | ViewClass>();
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  of(declared: CatalogClass | ViewClass): string {
    // Another type of iri, or none, is found wrong where the class is planted.
    const iri: unknown = (declared.options as { readonly iri?: unknown } | undefined)?.iri;
    if (typeof iri !== 'string') return declared.name;
    const path = pathIn(iri);
    const name = path.split('/').at(-1) || declared.name;
    const other = this.#taken.get(name);
    if (other === undefined) this.#taken.set(name, declared);
    if (other === undefined || other === declared) return name;
    // Two that answer one path are found where they are planted.
    if (pathIn(other.options.iri) !== path) {
      this.#findings.add(
        { class: declared.name, member: 'iri', iri },
        `would be linked to as ${JSON.stringify(name)}, as ${other.name} is; give one another IRI, or give shoji() a root class that names them`,
      );
    }
    return declared.name;
  }
}

/** The path of an IRI or template without its query and outer slashes. */
function pathIn(iri: string): string {
  const [path = ''] = iri.split(/\?|\{[?&]/);
  return path.replace(/^\//, '').replace(/\/$/, '');
}

const memberFragments = new WeakSet<object>();

/** The class that a string among the `fragments` of an entity declares: the member of that name. */
export function memberFragment(member: string, owner: string): FragmentClass {
  const declared = class extends Fragment.of({ member }) {};
  Object.defineProperty(declared, 'name', { value: `${owner}.fragments.${member}` });
  memberFragments.add(declared);
  return declared;
}

/** Whether a class was made by {@link memberFragment}, and is no author's. */
export function isMemberFragment(declared: FragmentClass): boolean {
  return memberFragments.has(declared);
}

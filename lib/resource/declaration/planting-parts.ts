import type { FragmentClass, ViewClass } from '../classes.js';
import { Fragment } from '../fragment.js';
import type { EntityNode, FragmentNode, LinkingNode, ResourceNode, ViewNode } from '../nodes.js';
import { newNode, pathOf } from '../nodes.js';
import { isKeywords, propertiesOf } from '../schema.js';
import type { CheckedClasses } from './checked-classes.js';
import { literalStart, readClassIri, variablesIn } from './class-iri.js';
import { resolveSegments } from './declared-iri.js';
import type { Findings, Whereabouts } from './findings.js';
import { suggestion } from './findings.js';
import { isMemberFragment } from './implied-classes.js';
import type { TakenPaths } from './taken-paths.js';

type Placed = Pick<ResourceNode, 'segments' | 'variables'>;

/** Turns classes of views and fragments, the parts of catalogs and entities, into nodes at their paths. */
export class PartPlanting {
  readonly #paths: TakenPaths;
  readonly #classes: CheckedClasses;
  readonly #findings: Findings;

  constructor(paths: TakenPaths, classes: CheckedClasses, findings: Findings) {
    this.#paths = paths;
    this.#classes = classes;
    this.#findings = findings;
  }

  view(declared: ViewClass, parent: LinkingNode): ViewNode | undefined {
    if (this.#classes.check(declared, 'View') === undefined) return undefined;
    const where = { class: declared.name, member: 'iri', iri: declared.options.iri };
    const placed = this.#leaf(declared.options.iri, parent, where);
    if (placed === undefined) return undefined;
    const node = newNode<ViewNode>({
      kind: 'view',
      class: declared,
      className: declared.name,
      ...placed,
      parent,
    });
    const existing = this.#paths.take(node, false, where);
    return existing === 'taken' ? undefined : (existing ?? node);
  }

  fragment(declared: FragmentClass, parent: LinkingNode, via: Whereabouts): FragmentNode | undefined {
    if (!isMemberFragment(declared) && this.#classes.check(declared, 'Fragment') === undefined)
      return undefined;
    const { member } = declared.options;
    if (
      declared.prototype.value === Fragment.prototype.value &&
      (member === undefined || parent.kind === 'catalog')
    ) {
      this.#findings.add(
        via,
        `${declared.name} names no member of an entity's body (option member) and does not override value(): there is nothing to serve`,
      );
      return undefined;
    }
    if (member !== undefined && parent.kind === 'entity') this.#checkMember(member, parent, via);
    const iri = fragmentIri(declared);
    const where = isMemberFragment(declared)
      ? via
      : { class: declared.name, member: 'iri', ...(iri !== undefined && { iri }) };
    const placed = this.#leaf(iri, parent, where);
    if (placed === undefined) return undefined;
    const node = newNode<FragmentNode>({
      kind: 'fragment',
      class: declared,
      className: declared.name,
      ...placed,
      parent,
      ...(member !== undefined && { member }),
    });
    const existing = this.#paths.take(node, false, where);
    return existing === 'taken' ? undefined : (existing ?? node);
  }

  #checkMember(member: string, owner: EntityNode, where: Whereabouts): void {
    const body: unknown = owner.class.options.body;
    const members = Object.keys(propertiesOf(body));
    // A body that is no schema of an object is a finding of its own.
    if (!isKeywords(body) || body['type'] !== 'object' || members.includes(member)) return;
    this.#findings.add(
      where,
      `${JSON.stringify(member)} is no member of the body (it has ${members.join(', ')})${suggestion(member, members)}`,
    );
  }

  #leaf(text: unknown, parent: LinkingNode, where: Whereabouts): Placed | undefined {
    const iri = readClassIri(text, false, where, this.#findings);
    if (iri === undefined) return this.#paths.lose(literalStart(text), parent);
    if (variablesIn(iri.segments).length > 0) {
      this.#findings.add(where, 'has a variable in its path; declare it as query variable ({?name}) instead');
    } else if (iri.absolute && parent.variables.length > 0) {
      this.#findings.add(
        where,
        `starts at the root, but what it is part of is at ${pathOf(parent)}; write it relative to that`,
      );
    }
    const segments = resolveSegments(iri, parent.segments) ?? [];
    return { segments, variables: variablesIn(segments) };
  }
}

/** Where a fragment is, below what it is part of: its own IRI, or the name of its member. */
export function fragmentIri({ options }: FragmentClass): string | undefined {
  const { iri, member } = (options as FragmentClass['options'] | undefined) ?? {};
  return iri ?? (typeof member === 'string' ? encodeURIComponent(member) : undefined);
}

import { checkIri } from '../../protocol/iri/check.js';
import { resolveIri } from '../../protocol/iri/resolve.js';
import { UriTemplate } from '../../protocol/uri-template/uri-template.js';
import type { Client } from '../exchange.js';
import type { CheckFinding } from '../finding.js';
import type { Settings } from '../settings.js';
import type { Survey } from '../survey.js';
import { canonicalIri, originOf } from './canonical-iri.js';
import { draftReading } from './draft-reading.js';
import { Frontier } from './frontier.js';
import { Habits } from './habits.js';
import type { HeldFinding } from './habits.js';
import { isAlive } from './known-resource.js';
import type { KnownResource } from './known-resource.js';
import type { CheckedLink, Expansion, Link, Refusal, ResolvedLink } from './link.js';
import { LinkLedger } from './link-ledger.js';
import { linksIn } from './links-in.js';
import { expectedOf } from './promises.js';
import { Resource } from './resource.js';
import { checkApi, checkLink, checkResource } from './run-checks.js';
import { expansionsOf, LONGEST_IRI, LONGEST_TEMPLATE } from './samples.js';
import { surveyOf } from './survey-of.js';
import type { Walked } from './walked.js';

interface Visit {
  readonly resource: Resource;
  readonly findings: readonly HeldFinding[];
}

/** How many links are kept for each document that may be visited: an endless document must end, too. */
const LINKS_A_DOCUMENT = 100;

/**
 * One walk over an API. Resources are visited side by side, and what they say is taken in the order in which
 * they were found, so that which server is quick today changes nothing in the findings.
 */
export class Walk implements Walked {
  readonly start: string;
  readonly options: Settings['options'];
  readonly client: Client;
  readonly resources: Map<string, KnownResource> = new Map();
  readonly templates: Link[] = [];
  readonly #settings: Settings;
  readonly #abort: AbortController;
  readonly #frontier: Frontier;
  readonly #ledger = new LinkLedger();
  readonly #habits = new Habits();
  #checked = 0;
  #expanded = 0;
  #linkCount = 0;
  #findingCount = 0;
  #stopped: string | undefined;
  #began: number | undefined;
  #ended: number | undefined;

  /** @param abort - ends what the client has under way */
  constructor(settings: Settings, client: Client, abort: AbortController) {
    this.start = settings.start;
    this.options = settings.options;
    this.client = client;
    this.#settings = settings;
    this.#abort = abort;
    this.#frontier = new Frontier(settings);
  }

  get links(): ReadonlyMap<string, readonly ResolvedLink[]> {
    return this.#ledger.byDocument;
  }

  get unfinished(): string | undefined {
    return this.#stopped ?? this.#frontier.unfinished;
  }

  get isStopped(): boolean {
    return this.#stopped !== undefined;
  }

  get survey(): Survey {
    return surveyOf(this, {
      duration: this.#began === undefined ? 0 : (this.#ended ?? performance.now()) - this.#began,
      isFollowed: (link) => this.#ledger.isFollowed(link),
    });
  }

  /** Walks, and gives the findings as they come. */
  async *findings(): AsyncGenerator<CheckFinding, void, undefined> {
    this.#began = performance.now();
    const { signal } = this.options;
    const stop = (): void => this.#stop('the walk was stopped');
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop);
    const { time } = this.#settings;
    // A timer holds no more than 2^31 - 1 milliseconds; a walk that may take longer has no limit.
    const timer = time > 0x7fffffff ? undefined : setTimeout(() => this.#stop(timeIsUp(time)), time);
    try {
      for await (const finding of this.#walk()) {
        this.#findingCount += 1;
        yield finding;
      }
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      this.#abort.abort();
      this.client.close();
      this.#ended = performance.now();
    }
  }

  #stop(why: string): void {
    this.#stopped ??= why;
    this.#abort.abort();
  }

  async *#walk(): AsyncGenerator<CheckFinding> {
    this.#begin();
    const visits: Promise<Visit>[] = [];
    for (;;) {
      while (visits.length < this.#settings.concurrency && this.#stopped === undefined) {
        const visit = this.#visitNext();
        if (visit === undefined) break;
        visits.push(visit);
      }
      const visit = visits.shift();
      if (visit !== undefined) yield* this.#take(await visit);
      else if (this.#stopped !== undefined || !(yield* this.#expandTemplates())) break;
    }
    yield* this.#habits.settle(this.start, this.#checked);
    yield* checkApi(this.#settings.checks, this);
  }

  #begin(): void {
    const { start } = this;
    this.#frontier.add({ iri: start, depth: 0, expected: 'document' });
    const link = { from: start, base: start, member: '', name: undefined, pointer: '', text: start };
    this.#ledger.wait({ ...link, isTemplate: false, dialect: 'draft-02', reference: start, to: start });
  }

  #visitNext(): Promise<Visit> | undefined {
    const next = this.#frontier.take();
    if (next === undefined) return undefined;
    const visit = this.#visit(next.iri, next.depth, next.expected);
    // It is awaited when its turn comes, or never where the iteration is left before.
    visit.catch(() => undefined);
    return visit;
  }

  async #visit(iri: string, depth: number, expected: Resource['expected']): Promise<Visit> {
    const { dialect, checks, isPrivileged } = this.#settings;
    const resource = await Resource.fetch(iri, this.client, { depth, expected, dialect, isPrivileged });
    return { resource, findings: await checkResource(checks, resource) };
  }

  async *#take({ resource, findings }: Visit): AsyncGenerator<CheckFinding> {
    const { outcome, iri } = resource;
    if (outcome.type === 'failure' && outcome.reason === 'stopped') return;
    const known = resource.known();
    this.resources.set(iri, known);
    if (resource.answer !== undefined && !resource.isPage) this.#checked += 1;
    yield* this.#habits.hold(findings);
    for (const [index, link] of this.#ledger.takeWaiting(iri).entries()) {
      yield* this.#judge(link, known, index === 0);
    }
    if (outcome.redirects.length > 0) this.#visitRedirected(resource);
    else yield* this.#takeLinks(resource);
    this.#tell();
  }

  /** What a redirect leads to is a resource of its own. */
  #visitRedirected({ outcome, depth, expected }: Resource): void {
    const iri = canonicalIri(outcome.iri);
    if (iri !== undefined && this.#refusalOf(iri) === undefined && outcome.type === 'answer') {
      this.#frontier.add({ iri, depth, expected });
    }
  }

  async *#takeLinks(resource: Resource): AsyncGenerator<CheckFinding> {
    const { shoji, validation, iri, base } = resource;
    if (shoji === undefined || validation === undefined || !isAlive(resource)) return;
    for (const found of linksIn(shoji, validation.dialect)) {
      if (!this.#hasRoom()) return;
      const link: Link = { ...found, from: iri, base, dialect: validation.dialect };
      if (link.isTemplate) this.#keepTemplate(link);
      else if (checkIri(link.text) === undefined) yield* this.#takeLink({ ...link, reference: link.text });
    }
  }

  #hasRoom(): boolean {
    if (this.#linkCount < this.#settings.documents * LINKS_A_DOCUMENT) return true;
    this.#frontier.unfinished ??= `more than ${this.#linkCount} links were found, and the rest was left out; raise the limit on documents to go on`;
    return false;
  }

  #keepTemplate(link: Link): void {
    this.#linkCount += 1;
    this.templates.push(link);
  }

  async *#takeLink(link: Omit<ResolvedLink, 'to'>): AsyncGenerator<CheckFinding> {
    const to = canonicalIri(resolveIri(link.reference, link.base));
    if (to === undefined) return;
    this.#linkCount += 1;
    const resolved: ResolvedLink = { ...link, to };
    this.#ledger.add(resolved);

    const refusal = this.#refusalOf(to);
    if (refusal !== undefined) {
      yield* checkLink(this.#settings.checks, { link: resolved, refusal, isFirst: true });
      return;
    }
    if (!this.#follow(resolved)) return;
    const target = this.resources.get(to);
    if (target !== undefined) yield* this.#judge(resolved, target, false);
    else this.#ledger.wait(resolved);
  }

  #follow(link: ResolvedLink): boolean {
    const depth = (this.resources.get(link.from)?.depth ?? 0) + 1;
    const isFollowed = this.#frontier.add({ iri: link.to, depth, expected: expectedOf(link.member) });
    if (isFollowed) this.#ledger.markFollowed(link);
    return isFollowed;
  }

  #refusalOf(iri: string): Refusal | undefined {
    if (!/^https?:/.test(iri)) return 'scheme';
    const origin = originOf(iri);
    if (origin === undefined || iri.length > LONGEST_IRI) return 'unusable';
    return this.#settings.origins.has(origin) ? undefined : 'origin';
  }

  async *#judge(link: ResolvedLink, target: KnownResource, isFirst: boolean): AsyncGenerator<CheckFinding> {
    const byDraft = await this.#readByDraft(link, target);
    const checked: CheckedLink = { link, target, isFirst, ...(byDraft !== undefined && { byDraft }) };
    yield* checkLink(this.#settings.checks, checked);
    if (byDraft === undefined || !isAlive(byDraft)) return;
    // The walk goes on where the author of the link meant it to.
    this.#frontier.add({ iri: byDraft.iri, depth: target.depth, expected: expectedOf(link.member) });
  }

  async #readByDraft(link: ResolvedLink, { outcome }: KnownResource): Promise<CheckedLink['byDraft']> {
    if (outcome.type === 'failure' || (outcome.status !== 404 && outcome.status !== 410)) return undefined;
    const iri = draftReading(link);
    if (iri === undefined || this.#refusalOf(iri) !== undefined) return undefined;
    const known = this.resources.get(iri);
    return { iri, outcome: known?.outcome ?? (await this.client.follow({ method: 'GET', iri })) };
  }

  /**
   * Follows the templates that were found since the last time: only now is it known what to set them to.
   *
   * @returns whether there were any
   */
  async *#expandTemplates(): AsyncGenerator<CheckFinding, boolean> {
    const templates = this.templates.slice(this.#expanded);
    this.#expanded = this.templates.length;
    for (const link of templates) {
      if (link.text.length > LONGEST_TEMPLATE || UriTemplate.check(link.text) !== undefined) continue;
      const template = UriTemplate.parse(link.text);
      for (const expansion of expansionsOf(link, template, this)) {
        yield* this.#takeExpansion(link, template, expansion);
      }
    }
    return templates.length > 0;
  }

  async *#takeExpansion(
    link: Link,
    template: UriTemplate,
    expansion: Expansion,
  ): AsyncGenerator<CheckFinding> {
    const reference = expanded(template, expansion);
    if (reference === undefined || checkIri(reference) !== undefined || !this.#hasRoom()) return;
    yield* this.#takeLink({ ...link, reference, expansion });
  }

  #tell(): void {
    this.options.onProgress?.({
      done: this.resources.size,
      known: this.#frontier.known,
      requests: this.client.requests,
      findings: this.#findingCount,
    });
  }
}

function expanded(template: UriTemplate, { values }: Expansion): string | undefined {
  try {
    return template.expand(values);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function timeIsUp(time: number): string {
  return `the walk took longer than ${time} ms and was ended; raise the limit on time to go on`;
}

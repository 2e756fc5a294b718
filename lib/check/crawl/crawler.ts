import type { Dialect } from '../../protocol/dialects/dialects.js';
import { checkIri } from '../../protocol/iri/check-iri.js';
import { resolveIri } from '../../protocol/iri/resolve-iri.js';
import { UriTemplate } from '../../protocol/uri-template/uri-template.js';
import type { Check, CheckFinding } from '../checks/check-definition.js';
import type { HttpClient } from '../client/fetch.js';
import { canonicalIri, originOf } from './canonical-iri.js';
import { CrawlQueue, LinkIndex } from './crawl-queue.js';
import { surveyOf } from './crawled-api.js';
import type { CrawledApi, CrawlOptions, Survey } from './crawled-api.js';
import { draftReading, expectedOf, linksIn } from './crawled-link.js';
import type {
  CheckedLink,
  CrawledLink,
  LinkRefusal,
  ResolvedLink,
  TemplateExpansion,
} from './crawled-link.js';
import { checkApi, checkLink, checkResource, RepeatedFindings } from './run-checks.js';
import type { VisitFinding } from './run-checks.js';
import { expansionsOf, MAX_IRI_LENGTH, MAX_TEMPLATE_LENGTH } from './template-expansion.js';
import { isAlive, VisitedResource } from './visited-resource.js';
import type { ResourceRecord } from './visited-resource.js';

/** Options, judged, with their defaults. */
export interface CrawlSettings {
  /** Canonical. */
  readonly start: string;
  /** Those that may be fetched from. */
  readonly origins: ReadonlySet<string>;
  readonly dialect: Dialect | 'auto';
  readonly checks: readonly Check[];
  readonly depth: number;
  readonly documents: number;
  readonly time: number;
  readonly concurrency: number;
  /** Whether requests carry fields of the user's. */
  readonly isAuthorized: boolean;
  readonly options: CrawlOptions;
}

interface Visit {
  readonly resource: VisitedResource;
  readonly findings: readonly VisitFinding[];
}

/**
 * One crawl over an API. Resources are visited side by side, and what they say is taken in the order in which
 * they were found, so that which server is quick today changes nothing in the findings.
 */
export class Crawler implements CrawledApi {
  readonly start: string;
  readonly options: CrawlSettings['options'];
  readonly client: HttpClient;
  readonly resources: Map<string, ResourceRecord> = new Map();
  readonly templates: CrawledLink[] = [];
  readonly #settings: CrawlSettings;
  readonly #abort: AbortController;
  readonly #frontier: CrawlQueue;
  readonly #ledger = new LinkIndex();
  readonly #repeated = new RepeatedFindings();
  #checked = 0;
  #expanded = 0;
  #linkCount = 0;
  #findingCount = 0;
  #stopped: string | undefined;
  #began: number | undefined;
  #ended: number | undefined;

  /** @param abort - ends what the client has under way */
  constructor(settings: CrawlSettings, client: HttpClient, abort: AbortController) {
    this.start = settings.start;
    this.options = settings.options;
    this.client = client;
    this.#settings = settings;
    this.#abort = abort;
    this.#frontier = new CrawlQueue(settings);
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

  /** Crawls, and gives the findings as they come. */
  async *findings(): AsyncGenerator<CheckFinding, void, undefined> {
    this.#began = performance.now();
    const { signal } = this.options;
    const stop = (): void => this.#stop('the walk was stopped');
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop);
    const { time } = this.#settings;
    // A timer holds no more than 2^31 - 1 milliseconds; a crawl that may take longer has no limit.
    const timer = time > 0x7fffffff ? undefined : setTimeout(() => this.#stop(timeIsUp(time)), time);
    try {
      for await (const finding of this.#crawl()) {
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

  async *#crawl(): AsyncGenerator<CheckFinding> {
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
    yield* this.#repeated.rest(this.start, this.#checked);
    yield* checkApi(this.#settings.checks, this);
  }

  #begin(): void {
    const { start } = this;
    this.#frontier.add({ iri: start, depth: 0, expected: 'document' });
    const link = { from: start, base: start, member: '', name: undefined, pointer: '', text: start };
    this.#ledger.awaitTarget({
      ...link,
      isTemplate: false,
      dialect: 'draft-02',
      reference: start,
      to: start,
    });
  }

  #visitNext(): Promise<Visit> | undefined {
    const next = this.#frontier.next();
    if (next === undefined) return undefined;
    const visit = this.#visit(next.iri, next.depth, next.expected);
    // It is awaited when its turn comes, or never where the iteration is left before.
    visit.catch(() => undefined);
    return visit;
  }

  async #visit(iri: string, depth: number, expected: VisitedResource['expected']): Promise<Visit> {
    const { dialect, checks, isAuthorized } = this.#settings;
    const resource = await VisitedResource.fetch(iri, this.client, {
      depth,
      expected,
      dialect,
      isAuthorized,
    });
    return { resource, findings: await checkResource(checks, resource) };
  }

  async *#take({ resource, findings }: Visit): AsyncGenerator<CheckFinding> {
    const { outcome, iri } = resource;
    if (outcome.type === 'failure' && outcome.reason === 'stopped') return;
    const known = resource.toRecord();
    this.resources.set(iri, known);
    if (resource.response !== undefined && !resource.isPage) this.#checked += 1;
    yield* this.#repeated.hold(findings);
    for (const [index, link] of this.#ledger.takeAwaiting(iri).entries()) {
      yield* this.#judge(link, known, index === 0);
    }
    if (outcome.redirects.length > 0) this.#visitRedirected(resource);
    else yield* this.#takeLinks(resource);
    this.#tell();
  }

  /** The target of a redirect is a resource of its own. */
  #visitRedirected({ outcome, depth, expected }: VisitedResource): void {
    const iri = canonicalIri(outcome.iri);
    if (iri !== undefined && this.#refusalOf(iri) === undefined && outcome.type === 'response') {
      this.#frontier.add({ iri, depth, expected });
    }
  }

  async *#takeLinks(resource: VisitedResource): AsyncGenerator<CheckFinding> {
    const { shoji, validation, iri, base } = resource;
    if (shoji === undefined || validation === undefined || !isAlive(resource)) return;
    for (const found of linksIn(shoji, validation.dialect)) {
      if (!this.#hasRoom()) return;
      const link: CrawledLink = { ...found, from: iri, base, dialect: validation.dialect };
      if (link.isTemplate) this.#keepTemplate(link);
      else if (checkIri(link.text) === undefined) yield* this.#takeLink({ ...link, reference: link.text });
    }
  }

  #hasRoom(): boolean {
    if (this.#linkCount < this.#settings.documents * LINKS_PER_DOCUMENT) return true;
    this.#frontier.unfinished ??= `more than ${this.#linkCount} links were found, and the rest was left out; raise the limit on documents to go on`;
    return false;
  }

  #keepTemplate(link: CrawledLink): void {
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
    else this.#ledger.awaitTarget(resolved);
  }

  #follow(link: ResolvedLink): boolean {
    const depth = (this.resources.get(link.from)?.depth ?? 0) + 1;
    const isFollowed = this.#frontier.add({ iri: link.to, depth, expected: expectedOf(link.member) });
    if (isFollowed) this.#ledger.markFollowed(link);
    return isFollowed;
  }

  #refusalOf(iri: string): LinkRefusal | undefined {
    if (!/^https?:/.test(iri)) return 'scheme';
    const origin = originOf(iri);
    if (origin === undefined || iri.length > MAX_IRI_LENGTH) return 'unusable';
    return this.#settings.origins.has(origin) ? undefined : 'origin';
  }

  async *#judge(link: ResolvedLink, target: ResourceRecord, isFirst: boolean): AsyncGenerator<CheckFinding> {
    const byDraft = await this.#readByDraft(link, target);
    const checked: CheckedLink = { link, target, isFirst, ...(byDraft !== undefined && { byDraft }) };
    yield* checkLink(this.#settings.checks, checked);
    if (byDraft === undefined || !isAlive(byDraft)) return;
    // The crawl goes on where the author of the link meant it to.
    this.#frontier.add({ iri: byDraft.iri, depth: target.depth, expected: expectedOf(link.member) });
  }

  async #readByDraft(link: ResolvedLink, { outcome }: ResourceRecord): Promise<CheckedLink['byDraft']> {
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
      if (link.text.length > MAX_TEMPLATE_LENGTH || UriTemplate.check(link.text) !== undefined) continue;
      const template = UriTemplate.parse(link.text);
      for (const expansion of expansionsOf(link, template, this)) {
        yield* this.#takeExpansion(link, template, expansion);
      }
    }
    return templates.length > 0;
  }

  async *#takeExpansion(
    link: CrawledLink,
    template: UriTemplate,
    expansion: TemplateExpansion,
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

function timeIsUp(time: number): string {
  return `the walk took longer than ${time} ms and was ended; raise the limit on time to go on`;
}

/** How many links are kept for each document that may be visited: an endless document must end, too. */
const LINKS_PER_DOCUMENT = 100;

function expanded(template: UriTemplate, { values }: TemplateExpansion): string | undefined {
  try {
    return template.expand(values);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

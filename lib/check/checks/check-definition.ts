import type { Level, Finding } from '../../protocol/findings.js';
import type { CrawledApi } from '../crawl/crawled-api.js';
import type { CheckedLink } from '../crawl/crawled-link.js';
import type { VisitedResource } from '../crawl/visited-resource.js';

/** What a check is, for who reads its findings. */
export interface CheckPage {
  /** Stable and kebab-case. */
  readonly name: string;
  /** What it makes sure of, in one line. */
  readonly summary: string;
  /** Why a user of the API trips over it where it fails. */
  readonly explanation: string;
  /** The section of an RFC or of the protocol that asks for it. */
  readonly see: string;
}

/** One sentence of a check, before it is known which check speaks. */
export interface Remark {
  readonly rule: string;
  readonly level: Level;
  readonly message: string;
  /** The resource in question by default. */
  readonly iri?: string;
  /** `''` by default, the whole document. */
  readonly pointer?: string;
  readonly line?: number;
  readonly column?: number;
  /** The check's own by default. */
  readonly see?: string;
  /** What it is that an API tends to do for all resources alike; where it does, that is told once, at the start. */
  readonly habit?: string;
}

/** Remarks as they are made. */
export type Remarks = Iterable<Remark> | AsyncIterable<Remark>;

/** A check: its page, and what it looks at. */
export interface Check extends CheckPage {
  /** Whether it is asked about resources that did not answer 2xx, too. */
  readonly always?: boolean;
  /** Asked once for each resource. */
  readonly ofResource?: (resource: VisitedResource) => Remarks;
  /** Asked once for each link, when it is known what it leads to. */
  readonly ofLink?: (link: CheckedLink) => Remarks;
  /** Asked at the end. */
  readonly ofApi?: (walked: CrawledApi) => Remarks;
}

/** One thing that a check has to say about a live API, and where. */
export interface CheckFinding extends Finding {
  /** The check that speaks; `rule` says which of its sentences this is. */
  readonly check: string;
  /**
   * The resource that this is about, as an absolute IRI; `pointer` leads into its document. A link that
   * leads nowhere is the fault of the document that it stands in.
   */
  readonly iri: string;
}

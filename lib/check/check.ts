import { createClient } from './client.js';
import type { CheckFinding } from './finding.js';
import type { CheckOptions } from './options.js';
import { readSettings } from './settings.js';
import type { Survey } from './survey.js';
import { Walk } from './walk/walk.js';

/** A check of an API: its findings as they come, to be iterated over once, and what it found the API to be. */
export interface Checkup extends AsyncIterable<CheckFinding> {
  /** The state at present; complete when the iteration has ended. */
  readonly survey: Survey;
}

/**
 * Checks a live API: follows its links from one IRI, breadth first, and gives the findings as they come.
 * The findings about one resource stand together, but for what can only be said at the end, and resources in
 * the order in which links lead to them, so that the same API gives the same findings again.
 *
 * Nothing is fetched before the iteration begins, and nothing more once it is left. Nothing but GET, HEAD,
 * OPTIONS and TRACE is sent, unless `options.write` names a catalog that may be written to.
 *
 * @param url - where to begin: the root of the API, absolute
 * @throws {TypeError} for a URL that cannot be fetched and for options that mean nothing
 *
 * @example
 * for await (const { level, iri, message } of check('https://api.example.org/')) {
 *   if (level === 'error') throw new Error(`${iri}: ${message}`);
 * }
 */
export function check(url: string, options: CheckOptions = {}): Checkup {
  const settings = readSettings(url, options);
  const stop = new AbortController();
  const signals = options.signal === undefined ? [stop.signal] : [stop.signal, options.signal];
  const client = createClient(settings.start, { ...options, signal: AbortSignal.any(signals) });
  const walk = new Walk(settings, client, stop);
  const findings = walk.findings();
  return {
    [Symbol.asyncIterator]: () => findings,
    get survey(): Survey {
      return walk.survey;
    },
  };
}

import type { Middleware } from 'koa';
import { checkOptions } from './shoji-options.js';
import type { ShojiOptions } from './shoji-options.js';
import type { TemplateValues } from './protocol/uri-template/uri-template.js';
import type { CatalogClass, EntityClass, ViewClass, LinkName } from './resource/resource-classes.js';
import { declare } from './declaration/declare.js';
import { Findings } from './declaration/declaration-findings.js';
import { declareProblems } from './declaration/problem-definitions.js';
import { iriOf, linkOf } from './declaration/resource-iris.js';
import { storeFromName } from './store/store-names.js';
import { routesOf } from './server/adapters/koa.js';
import type { RouterMiddleware } from './server/adapters/koa.js';
import { listenerOf } from './server/adapters/node.js';
import type { ApiListener, ListenerOptions } from './server/adapters/node.js';
import { ApiContext, findBaseFault } from './server/api-context.js';
import { logUnhandledRejections, stopLoggingUnhandledRejections } from './server/unhandled-rejections.js';
import type { ErrorLog } from './server/unhandled-rejections.js';
import type { Store } from './store/store.js';

/** An API that is declared, checked, and ready to be used by Koa. */
export interface Api {
  /** The store that catalogs keep their entities in. */
  readonly store: Store;
  /** The API as middleware of a `@koa/router`: use it directly, or nest it under a prefix. */
  routes(): RouterMiddleware;
  /**
   * Middleware that does nothing, so that the API can be used as any router is: the routes themselves
   * answer OPTIONS, 405 and 501, with the `Allow` of each resource.
   */
  allowedMethods(): Middleware;
  /**
   * The API as a listener for a server of `node:http` or `node:http2`, without Koa: `createServer(api.listener())`.
   * It answers as the routes do, with less between the socket and the resource; nothing else is served beside it.
   */
  listener(options?: ListenerOptions): ApiListener;
  /**
   * The IRI of a declared resource, as documents show it in `self` (without a prefix that it is mounted under).
   *
   * @param values - values for the variables of its path and query
   * @throws {TypeError} where the class is not part of the API, or a variable of its path has no value
   */
  iri(resource: CatalogClass | EntityClass | ViewClass, values?: Readonly<Record<string, unknown>>): string;
  /**
   * The IRI that a client gets which follows a named link of a class's document and expands it:
   * `api.link(Users, 'sellers by sold count', { sold_count: 5 })`.
   *
   * @param name - a name in the catalogs, fragments or views of the class
   * @param values - values for the variables of the path of the class, and of the link
   * @throws {TypeError} where the class is not part of the API, has no such link, or a variable of a path
   *   has no value
   */
  link<C extends CatalogClass | EntityClass>(resource: C, name: LinkName<C>, values?: TemplateValues): string;
  /**
   * Sets the option `base` where it is known only at the start, as `shoji serve --base` does.
   *
   * @param base - such as `https://api.example.org/shop`
   * @throws {TypeError} where it is no such base
   * @throws {Error} where the API has had requests already
   */
  setBase(base: string): void;
  /**
   * Opens the store, unless it is open. Requests do so by themselves; call it to learn early if that fails.
   * After a failure it can be called again.
   *
   * @throws what the store says, or an error where the API is stopped
   */
  start(): Promise<void>;
  /**
   * Finds out whether the API can answer: whether it is started, and its store can be reached.
   *
   * @throws what the store says, or an error where the API is not started, or stopped
   */
  check(): Promise<void>;
  /**
   * Closes the store, once what it is writing is written. The API answers nothing any more, and is not started
   * again. To answer what is in flight, {@link drain} the server before.
   */
  stop(): Promise<void>;
}

/** What an API is made of. */
type ResourcesGiven = CatalogClass | ViewClass;

/**
 * Makes an API of resource classes.
 *
 * @param resources - one root class (its IRI is `/`), or classes of catalogs and views: then `/` is a
 *   catalog that links to each by the last segment of its path
 * @throws {DeclarationError} listing everything that is wrong with the declarations
 *
 * @example
 * ```ts
 * import Koa from 'koa';
 * import { createServer, shoji } from 'koa-shoji';
 * import type { CatalogClass } from 'koa-shoji';
 *
 * declare const Books: CatalogClass;
 *
 * const api = shoji([Books], { store: 'books.db', title: 'The shop' });
 * createServer(new Koa().use(api.routes())).listen(8080);
 * ```
 */
export function shoji(
  resources: ResourcesGiven | readonly ResourcesGiven[],
  options: ShojiOptions = {},
): Api {
  const findings = new Findings();
  const known = checkOptions(options, findings);
  const declaration = declare(resources, known, findings);
  const problems = declareProblems(known.problems, findings);
  findings.throwIfAny();
  if (declaration === undefined) throw new TypeError('no root could be made of what shoji() was given');

  const { store: chosen = 'memory' } = known;
  const store = typeof chosen === 'object' ? chosen : storeFromName(chosen);
  const api = new ApiContext({ ...known, declaration, store, problems });
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- each API has its own, and takes it away
  const log: ErrorLog = (error) => console.error(error);

  return {
    store,
    routes: () => {
      logUnhandledRejections(log);
      return routesOf(api);
    },
    allowedMethods: () => (_, next) => next(),
    listener: (how = {}) => {
      logUnhandledRejections(log);
      return listenerOf(api, how);
    },
    iri: (resource, values = {}) => api.base + iriOf(declaration, resource, values),
    link: (resource, name, values = {}) => linkOf(declaration, api.base, resource, name, values),
    setBase: (base) => {
      const fault = typeof base === 'string' ? findBaseFault(base) : 'must be a string';
      if (fault !== undefined) throw new TypeError(`the base ${fault}`);
      api.setBase(base);
    },
    start: () => api.start(),
    check: () => api.check(),
    stop: () => {
      stopLoggingUnhandledRejections(log);
      return api.stop();
    },
  };
}

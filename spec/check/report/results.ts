import type { CheckFinding } from '../../../lib/check/checks/check-definition.js';
import type { SurveyedLink, SurveyedResource } from '../../../lib/check/crawl/crawled-api.js';
import type { ResourceKind } from '../../../lib/check/crawl/visited-resource.js';
import type { CheckResult } from '../../../lib/check/report/check-result.js';

const ROOT = 'http://api.test/';

/** Builds results resource by resource, as a walk finds them. */
export class ResultBuilder {
  readonly resources: SurveyedResource[] = [];
  readonly links: SurveyedLink[] = [];
  readonly findings: CheckFinding[] = [];
  readonly #start: string;

  constructor(start: string = ROOT) {
    this.#start = start;
    this.resource(start, 'catalog', 0, { title: 'API' });
  }

  resource(iri: string, kind: ResourceKind, depth: number, more: Partial<SurveyedResource> = {}): this {
    this.resources.push({ iri, kind, depth, status: 200, ...more });
    return this;
  }

  link(from: string, to: string, member: string, name?: string, more: Partial<SurveyedLink> = {}): this {
    const pointer = `/${member}/${name ?? this.links.length}`;
    this.links.push({
      from,
      to,
      member,
      ...(name !== undefined && { name }),
      pointer,
      followed: true,
      ...more,
    });
    return this;
  }

  finding(iri: string, check: string, level: CheckFinding['level'], more: Partial<CheckFinding> = {}): this {
    const message = `${check} is wrong at ${iri}; write it otherwise`;
    this.findings.push({ iri, check, rule: check, level, pointer: '', message, see: 'RFC 9110', ...more });
    return this;
  }

  result(unfinished?: string): CheckResult {
    const { resources, links, findings } = this;
    const survey = { start: this.#start, resources, links, requests: 2 * resources.length, duration: 1234 };
    return { survey: { ...survey, ...(unfinished !== undefined && { unfinished }) }, findings };
  }
}

/** An API as the draft describes it: users, their bills and values, and three faults. */
export function usersResult(): CheckResult {
  const users = `${ROOT}users/`;
  const builder = new ResultBuilder()
    .resource(users, 'catalog', 1, { title: 'Users Catalog' })
    .link(ROOT, users, 'catalogs', 'users')
    .resource(`${users}bills/`, 'catalog', 2, { title: 'Bills Catalog' })
    .link(users, `${users}bills/`, 'catalogs', 'bills')
    .resource(`${users}sellers/?sold_count=3`, 'catalog', 2, { title: 'Sellers Catalog' })
    .link(users, `${users}sellers/?sold_count=3`, 'catalogs', 'sellers by sold count', {
      template: 'sellers/{?sold_count}',
    })
    .resource(`${users}sold_counts`, 'view', 2)
    .link(users, `${users}sold_counts`, 'views', 'Sold Counts')
    .resource(`${users}gone/`, 'unknown', 2, { status: 404 })
    .link(users, `${users}gone/`, 'catalogs', 'gone')
    .link(users, 'https://elsewhere.test/', 'catalogs', 'elsewhere', { followed: false });
  for (const id of [1, 2, 3]) {
    const user = `${users}${id}/`;
    builder.resource(user, 'entity', 2).link(users, user, 'entities');
    builder.link(`${users}sellers/?sold_count=3`, user, 'entities').link(user, users, 'catalogs', 'users');
    for (const name of ['first_name', 'sold_count']) {
      builder.resource(`${user}${name}`, 'value', 3).link(user, `${user}${name}`, 'fragments', name);
    }
  }
  return builder
    .finding(users, 'link-alive', 'error', { pointer: '/catalogs/gone', rule: 'dead-link' })
    .finding(users, 'vary', 'note')
    .finding(`${users}2/`, 'etag', 'warning')
    .result();
}

/** One catalog with a number of entities, each with a value of its own; some entities have errors. */
export function largeResult(entities: number, faulty: readonly number[] = []): CheckResult {
  const builder = new ResultBuilder().resource(`${ROOT}items/`, 'catalog', 1, { title: 'Items' });
  builder.link(ROOT, `${ROOT}items/`, 'catalogs', 'items');
  for (let id = 1; id <= entities; id++) {
    const item = `${ROOT}items/${id}/`;
    builder.resource(item, 'entity', 2).link(`${ROOT}items/`, item, 'entities');
    builder.resource(`${item}name`, 'value', 3).link(item, `${item}name`, 'fragments', 'name');
    if (faulty.includes(id)) builder.finding(item, 'document', 'error', { pointer: '/body' });
  }
  return builder.result();
}

/** What must never come through as anything but text. */
export const HOSTILE: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src="https://evil.test/x" onerror="alert(1)">',
  "' onload='alert(1)",
  ']]></style></title><svg onload=alert(1)>',
  'back\\slash \\" \\N \\G',
  'line\nbreak\r\u2028\u0085',
  '\u001b[31mred\u001b]0;title\u0007',
  '\u202egnitirw\u2066',
  'lone \ud800 \udfff \uffff \ufffe \u0000',
  '&lt;&#x3c;script&amp;',
  '`code` **bold** #35; %% end click',
  '|"] --> x["|',
];

/** An API whose every text is hostile, with links that must not become live. */
export function hostileResult(): CheckResult {
  const builder = new ResultBuilder();
  for (const [index, text] of HOSTILE.entries()) {
    const iri = `${ROOT}${index}/${text}`;
    builder.resource(iri, 'entity', 1, { title: text }).link(ROOT, iri, 'catalogs', text);
    builder.finding(iri, 'document', 'error', { message: text, pointer: `/${text}`, see: text, rule: text });
  }
  for (const iri of [
    'javascript:alert(1)',
    'data:text/html,<b>x',
    'file:///etc/passwd',
    'JaVaScRiPt:alert(2)',
  ]) {
    builder.resource(iri, 'unknown', 1).link(ROOT, iri, 'views', iri);
    builder.finding(iri, 'address', 'error');
  }
  return builder.result(HOSTILE.join(' '));
}

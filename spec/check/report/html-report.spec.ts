import assert from 'node:assert/strict';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { CheckResult } from '../../../lib/check/report/check-result.js';
import { htmlReport } from '../../../lib/check/report/html-report.js';
import { DARK, LIGHT } from '../../../lib/check/report/html-style.js';
import { hostileResult, largeResult, ResultBuilder, usersResult } from './results.js';

/** An element of a parsed page: its name, its attributes, and what it holds. */
interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

type Parsed = Record<string, unknown> & { ':@'?: Record<string, string>; '#text'?: string };

/** Reads a page as strictly as XML is read, and gives all its elements in their order. */
function elementsOf(page: string): readonly Element[] {
  assert.equal(XMLValidator.validate(page), true);
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
  });
  const found: Element[] = [];
  const read = (parsed: readonly Parsed[]): readonly Element[] =>
    parsed.flatMap((node) => {
      const name = Object.keys(node).find((key) => key !== ':@' && key !== '#text');
      if (name === undefined) return [];
      const inner = node[name] as readonly Parsed[];
      const at = found.length;
      found.push({ name, attributes: {}, children: [], text: '' });
      const children = read(inner);
      const text = inner.map((child) => child['#text'] ?? '').join('');
      const element = { name, attributes: node[':@'] ?? {}, children, text };
      found[at] = element;
      return [element];
    });
  read(parser.parse(page.replace('<!DOCTYPE html>', '')) as Parsed[]);
  return found;
}

const named = (elements: readonly Element[], name: string) =>
  elements.filter((element) => element.name === name);
const classed = (elements: readonly Element[], style: string) =>
  elements.filter(({ attributes }) => attributes['class']?.split(' ').includes(style));
const textWithin = ({ text, children }: Element): string => text + children.map(textWithin).join('');

const ALL: Readonly<Record<string, () => CheckResult>> = {
  'an API with faults': usersResult,
  'an API of one resource': () => new ResultBuilder().result(),
  'nothing at all': () => ({
    survey: {
      start: 'http://api.test/',
      resources: [],
      links: [],
      requests: 0,
      duration: 0,
      unfinished: 'stopped',
    },
    findings: [],
  }),
  'a hostile API': hostileResult,
  'a large API': () => largeResult(500, [3, 400]),
  'a large API with faults everywhere': () =>
    largeResult(
      1_700,
      Array.from({ length: 600 }, (_, index) => index),
    ),
};

describe('htmlReport', () => {
  for (const [what, resultOf] of Object.entries(ALL)) {
    describe(`of ${what}`, () => {
      const page = htmlReport(resultOf());
      const elements = elementsOf(page);

      it('begins as HTML does, in a language, with a title', () => {
        assert.match(page, /^<!DOCTYPE html>\n<html [^>]*lang="en">/);
        assert.ok(named(elements, 'title')[0]?.text.includes('http://api.test/'));
      });

      it('loads nothing, runs nothing, and forbids both', () => {
        const policy = elements.find(
          ({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy',
        );
        assert.match(policy?.attributes['content'] ?? '', /^default-src 'none'; style-src 'unsafe-inline';/);
        for (const name of [
          'script',
          'img',
          'iframe',
          'object',
          'embed',
          'link',
          'base',
          'form',
          'image',
          'use',
          'foreignObject',
        ]) {
          assert.deepEqual(named(elements, name), [], name);
        }
        for (const { name, attributes } of elements) {
          for (const [attribute, value] of Object.entries(attributes)) {
            assert.doesNotMatch(attribute, /^on|^src$|^srcset$|^data$|^action$|^style$|^xlink/i);
            if (attribute === 'href') assert.equal(name, 'a');
            if (/url\(/i.test(value) && attribute !== 'class') assert.match(value, /^url\(#arrow\)$|\//);
          }
        }
        assert.doesNotMatch(named(elements, 'style')[0]?.text ?? '', /url\(|@import|[<&]/);
      });

      it('links to http and https only, telling them nothing, and otherwise to its own parts', () => {
        const ids = new Set(elements.flatMap(({ attributes }) => attributes['id'] ?? []));
        for (const { attributes } of named(elements, 'a')) {
          const href = attributes['href'] ?? '';
          if (href.startsWith('#')) assert.ok(ids.has(href.slice(1)), href);
          else {
            assert.match(href, /^https?:\/\//);
            assert.equal(attributes['rel'], 'noreferrer');
          }
        }
      });

      it('has no identifier twice', () => {
        const ids = elements.flatMap(({ attributes }) => attributes['id'] ?? []);
        assert.equal(new Set(ids).size, ids.length);
      });

      it('names its drawing, its sections and its cards for who cannot see them', () => {
        const svg = elements.find(({ name, attributes }) => name === 'svg' && attributes['role'] === 'group');
        assert.equal(svg?.attributes['aria-labelledby'], 'graph-title graph-description');
        assert.deepEqual(
          svg.children.slice(0, 2).map(({ name, attributes }) => [name, attributes['id']]),
          [
            ['title', 'graph-title'],
            ['desc', 'graph-description'],
          ],
        );
        for (const card of classed(elements, 'card'))
          assert.ok(card.attributes['aria-label'], JSON.stringify(card));
        for (const section of named(elements, 'section')) assert.ok(section.attributes['aria-labelledby']);
      });

      it('is the same each time', () => {
        const { survey, findings } = resultOf();
        const shuffled = {
          survey: { ...survey, resources: survey.resources.toReversed() },
          findings: findings.toReversed(),
        };
        assert.equal(htmlReport(shuffled), page);
      });
    });
  }

  it('puts each finding beside the resource that it is about, with ways there and back', () => {
    const elements = elementsOf(htmlReport(usersResult()));
    const card = elements.find(({ attributes }) => attributes['aria-label']?.startsWith('Users Catalog'));
    assert.equal(card?.attributes['aria-label'], 'Users Catalog, catalog · 200, 2 findings, worst: error');
    assert.equal(card.attributes['href'], '#resource-1');
    assert.ok(classed([card], 'error').length === 1);
    assert.equal(classed(card.children, 'count')[0]?.text, '2');
    const article = elements.find(({ attributes }) => attributes['id'] === 'resource-1');
    assert.ok(article);
    const text = textWithin(article);
    assert.match(text, /http:\/\/api\.test\/users\//);
    assert.match(text, /link-alive is wrong at http:\/\/api\.test\/users\/; write it otherwise/);
    assert.match(text, /\/catalogs\/gone/);
    const hrefs = (element: Element): string[] => [
      ...(element.attributes['href'] === undefined ? [] : [element.attributes['href']]),
      ...element.children.flatMap(hrefs),
    ];
    assert.ok(hrefs(article).includes(`#${card.attributes['id']}`));
  });

  it('writes the names of links on the edges', () => {
    const labels = classed(elementsOf(htmlReport(usersResult())), 'label').map(({ text }) => text);
    for (const name of ['users', 'bills', 'sellers by sold count', 'Sold Counts', 'first_name']) {
      assert.ok(labels.includes(name), name);
    }
  });

  it('lists the checks that were made, and what each found', () => {
    const checks = [
      { name: 'etag', summary: 'tags are stable' },
      { name: 'head', summary: 'HEAD is like GET' },
    ];
    const rows = named(elementsOf(htmlReport(usersResult(), { checks })), 'tr');
    const texts = rows.map((row) => row.children.map(textWithin).join('|'));
    assert.ok(texts.includes('etag|tags are stable|0|1|0'));
    assert.ok(texts.includes('head|HEAD is like GET|0|0|0'));
    assert.ok(texts.includes('link-alive||1|0|0'));
  });

  it('shows when the check was made, where that is known', () => {
    const date = new Date('2026-03-04T05:06:07Z');
    assert.match(htmlReport(usersResult(), { date }), /2026-03-04 05:06 UTC/);
  });

  it('folds entities that are alike, but none with findings', () => {
    const elements = elementsOf(htmlReport(largeResult(1_000, [17, 990])));
    const cards = classed(elements, 'card');
    const labels = cards.map(({ attributes }) => attributes['aria-label'] ?? '');
    assert.ok(labels.includes('… 995 more entities, and 995 below them'), labels.join('\n'));
    for (const id of [17, 990]) assert.ok(labels.includes(`${id}/, entity · 200, 1 finding, worst: error`));
    assert.ok(cards.length < 20);
    const { width, height } =
      named(elements, 'svg').find(({ attributes }) => attributes['role'] === 'group')?.attributes ?? {};
    assert.ok(Number(width) < 2_000 && Number(height) < 1_000, `${width} × ${height}`);
  });

  it('keeps count of what is folded with findings, when there are too many to draw', () => {
    const all = Array.from({ length: 1_000 }, (_, index) => index + 1);
    const cards = classed(elementsOf(htmlReport(largeResult(1_000, all))), 'card');
    const fold = cards.find(({ attributes }) => attributes['class'] === 'card folded error');
    assert.match(fold?.attributes['aria-label'] ?? '', /^… 960 more entities, .*960 findings, worst: error$/);
    assert.ok(cards.length < 200);
  });

  it('lets no card cover another, and begins at the top where the drawing is high', () => {
    for (const result of [
      usersResult(),
      largeResult(5),
      largeResult(
        100,
        Array.from({ length: 30 }, (_, id) => 2 * id),
      ),
    ]) {
      const elements = elementsOf(htmlReport(result));
      const places = classed(elements, 'card').map(({ attributes }) => attributes['transform'] ?? '');
      const points = places.map((place) =>
        (/^translate\((\S+) (\S+)\)$/.exec(place) ?? []).slice(1).map(Number),
      );
      for (const [index, [x = 0, y = 0]] of points.entries()) {
        for (const [otherX, otherY = 0] of points.slice(index + 1)) {
          assert.ok(x !== otherX || Math.abs(y - otherY) >= 50, `${places[index]} and ${otherX} ${otherY}`);
        }
      }
      const svg = named(elements, 'svg').find(({ attributes }) => attributes['role'] === 'group');
      const [, startY = 0] = points[0] ?? [];
      assert.ok(startY < 500, `${startY} of ${svg?.attributes['height']}`);
    }
  });

  it('draws a chain of resources as far as it is legible', () => {
    const builder = new ResultBuilder();
    let last = 'http://api.test/';
    for (let depth = 1; depth <= 5_000; depth++) {
      const next = `http://api.test/${depth}/`;
      builder.resource(next, 'catalog', depth).link(last, next, 'catalogs', 'next');
      last = next;
    }
    const page = htmlReport(builder.result());
    const cards = classed(elementsOf(page), 'card');
    assert.ok(cards.length < 20);
    assert.ok(page.length < 1_500_000);
  });

  it('is bounded in size, however much there is to say', () => {
    const builder = new ResultBuilder();
    for (let index = 0; index < 3_000; index++) {
      const iri = `http://api.test/${index}/${'x'.repeat(2_000)}`;
      builder
        .resource(iri, 'entity', 1, { title: 'y'.repeat(10_000) })
        .link('http://api.test/', iri, 'entities');
      builder.finding(iri, 'document', 'error', { message: 'z'.repeat(10_000) });
    }
    assert.ok(htmlReport(builder.result()).length < 6_000_000);
  });

  it('is legible in light and in dark', () => {
    const style = named(elementsOf(htmlReport(usersResult())), 'style')[0]?.text ?? '';
    assert.match(style, /@media \(prefers-color-scheme:dark\)/);
    for (const palette of [LIGHT, DARK]) {
      for (const ink of [
        palette.text,
        palette.faint,
        palette.anchor,
        palette.error,
        palette.warning,
        palette.note,
      ]) {
        for (const ground of [palette.page, palette.card])
          assert.ok(contrast(ink, ground) >= 4.5, `${ink} on ${ground}`);
      }
      for (const level of [palette.error, palette.warning, palette.note, palette.fine]) {
        assert.ok(contrast(palette.onLevel, level) >= 4.5, `${palette.onLevel} on ${level}`);
      }
      const { edge, catalog, entity, view, order, value, unknown } = palette;
      for (const form of [edge, catalog, entity, view, order, value, unknown]) {
        assert.ok(contrast(form, palette.card) >= 3, `${form} on ${palette.card}`);
      }
    }
  });
});

/** @see WCAG 2.2, contrast ratio */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

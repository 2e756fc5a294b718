import assert from 'node:assert/strict';
import { validate } from '../../lib/protocol/validate.js';
import type { Link } from '../../lib/declaration/nodes.js';
import { Rendering } from '../../lib/declaration/rendering.js';

const links: readonly Link[] = [
  { map: 'views', name: 'counts', href: 'counts{?min}' },
  { map: 'catalogs', name: 'bills', href: 'bills/' },
  { map: 'catalogs', name: 'say "hi"', href: '../hi/' },
];
const fixed = { title: 'Users "of" ours', description: undefined };
const rendering = new Rendering('shoji:catalog', fixed, links, false);
const onlyBills = ({ name }: Link) => name === 'bills';

describe('resource/rendering', () => {
  it('renders a document of what is fixed and what varies', () => {
    const text = rendering.document({
      self: '/users/',
      updated: new Date(Date.UTC(2026, 10, 22, 19)),
      last: '"entities":["1/"]',
    });
    assert.deepEqual(JSON.parse(text), {
      element: 'shoji:catalog',
      self: '/users/',
      title: 'Users "of" ours',
      updated: '#2026-11-22T19:00:00Z#',
      catalogs: { bills: 'bills/', 'say "hi"': '../hi/' },
      views: { counts: 'counts{?min}' },
      entities: ['1/'],
    });
    assert.deepEqual(validate(JSON.parse(text)).findings, []);
  });

  it('leaves out what there is not', () => {
    const bare = new Rendering('shoji:entity', {}, [], false);
    assert.equal(bare.document({ self: '/x/' }), '{"element":"shoji:entity","self":"/x/"}');
  });

  it('shows links resolved against self where it is told to', () => {
    const absolute = new Rendering('shoji:catalog', {}, links, true);
    const { catalogs, views } = JSON.parse(
      absolute.document({ self: 'https://example.org/v1/users/' }),
    ) as Record<string, object>;
    assert.deepEqual(catalogs, {
      bills: 'https://example.org/v1/users/bills/',
      'say "hi"': 'https://example.org/v1/hi/',
    });
    assert.deepEqual(views, { counts: 'https://example.org/v1/users/counts{?min}' });
  });

  it('shows the links that a caller may see', () => {
    const shown = JSON.parse(rendering.document({ self: '/' }, onlyBills)) as object;
    assert.deepEqual(shown, {
      element: 'shoji:catalog',
      self: '/',
      title: 'Users "of" ours',
      catalogs: { bills: 'bills/' },
    });
    assert.deepEqual(Object.keys(JSON.parse(rendering.document({ self: '/' }, () => false)) as object), [
      'element',
      'self',
      'title',
    ]);
  });

  it('adds the link to the next page, last of the catalogs', () => {
    const text = rendering.document({ self: '/users/?limit=2', next: '?limit=2&after="7"' });
    assert.deepEqual(Object.entries(JSON.parse(text).catalogs as object), [
      ['bills', 'bills/'],
      ['say "hi"', '../hi/'],
      ['next', '?limit=2&after="7"'],
    ]);
    assert.deepEqual(JSON.parse(text).views, { counts: 'counts{?min}' });
  });

  it('adds the link to the next page where there are no other catalogs', () => {
    for (const given of [[], links.slice(0, 1)]) {
      const few = new Rendering('shoji:catalog', {}, given, false);
      const { catalogs } = JSON.parse(few.document({ self: '/', next: '?after=7' })) as { catalogs: unknown };
      assert.deepEqual(catalogs, { next: '?after=7' });
      assert.equal(JSON.parse(few.document({ self: '/' })).catalogs, undefined);
    }
  });

  it('resolves the link to the next page as it does all others', () => {
    const absolute = new Rendering('shoji:catalog', {}, links, true);
    const text = absolute.document({ self: 'https://example.org/users/?limit=2', next: '?limit=2&after=7' });
    assert.equal(JSON.parse(text).catalogs.next, 'https://example.org/users/?limit=2&after=7');
  });

  it('gives the document up to its last member, for what follows piece by piece', () => {
    const varying = { self: '/users/', updated: new Date(0), next: '?after=7' };
    const whole = rendering.document({ ...varying, last: '"entities":["1/"]' }, onlyBills);
    assert.equal(`${rendering.opening(varying, onlyBills)},"entities":["1/"]}`, whole);
  });

  it('has a tag that differs wherever what is fixed does', () => {
    const others = [
      new Rendering('shoji:entity', fixed, links, false),
      new Rendering('shoji:catalog', { title: 'Users' }, links, false),
      new Rendering('shoji:catalog', fixed, links.slice(1), false),
      new Rendering(
        'shoji:catalog',
        fixed,
        [{ map: 'views', name: 'counts', href: 'counts' }, ...links.slice(1)],
        false,
      ),
    ];
    const tags = [
      rendering.tag(),
      rendering.tag(onlyBills),
      rendering.tag(() => false),
      ...others.map((other) => other.tag()),
    ];
    assert.equal(new Set(tags).size, tags.length);
  });

  it('has the same tag where what is fixed is the same', () => {
    assert.equal(new Rendering('shoji:catalog', fixed, links, false).tag(), rendering.tag());
    assert.equal(
      rendering.tag(() => true),
      rendering.tag(),
    );
    assert.equal(
      rendering.tag(onlyBills),
      rendering.tag(({ href }) => href === 'bills/'),
    );
    assert.match(rendering.tag(), /^[\w-]{8}$/, 'fit for an entity-tag');
  });

  it('keeps names that objects have of their own', () => {
    const odd = new Rendering(
      'shoji:catalog',
      {},
      [{ map: 'catalogs', name: '__proto__', href: 'p/' }],
      false,
    );
    assert.equal(
      odd.document({ self: '/' }),
      '{"element":"shoji:catalog","self":"/","catalogs":{"__proto__":"p/"}}',
    );
  });

  it('takes the text of what a store gave for its body, and of nothing else', () => {
    const body = { title: 'A note' };
    const plain = new Rendering('shoji:entity', {}, [], false);
    const bodyOf = (found: { body: object }) =>
      (JSON.parse(plain.entity(found, '/notes/1/')) as { body: object }).body;
    assert.deepEqual(
      bodyOf(Object.defineProperty({ body: {} }, 'text', { value: JSON.stringify(body) })),
      body,
    );
    assert.deepEqual(bodyOf(Object.assign({ body }, { text: 'The text of the note' })), body);
  });
});

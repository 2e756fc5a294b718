import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { checkIri } from '../../lib/protocol/iri/check-iri.js';
import { iriToUri, normaliseIri } from '../../lib/protocol/iri/normalise.js';
import { parseIri, relativiseIri, resolveIri } from '../../lib/protocol/iri/resolve-iri.js';
import { resolveTemplate } from '../../lib/protocol/uri-template/resolve-template.js';
import { UriTemplate, UriTemplateError } from '../../lib/protocol/uri-template/uri-template.js';

describe('parseIri', () => {
  const none = undefined;
  const table: [text: string, ...parts: (string | undefined)[]][] = [
    ['http://h:8/a/b?q#f', 'http', 'h:8', '/a/b', 'q', 'f'],
    ['http://h?#', 'http', 'h', '', '', ''],
    ['', none, none, '', none, none],
    ['//', none, '', '', none, none],
    ['?q?#f#', none, none, '', 'q?', 'f#'],
    ['a/b:c', none, none, 'a/b:c', none, none],
    ['mailto:a@b', 'mailto', none, 'a@b', none, none],
    ['file:///a', 'file', '', '/a', none, none],
    ['1:2', none, none, '1:2', none, none],
    [':a', none, none, ':a', none, none],
    ['é/ü?ß#ö', none, none, 'é/ü', 'ß', 'ö'],
    ['a\nb#c\nd', none, none, 'a\nb', none, 'c\nd'],
  ];
  for (const [text, scheme, authority, path, query, fragment] of table) {
    it(`splits ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseIri(text), { scheme, authority, path, query, fragment });
    });
  }
});

describe('checkIri', () => {
  const accepted = [
    '',
    '/',
    'users/1/',
    '../é/ü?ß#ö',
    "/-._~!$&'()*+,;=:@/?",
    './a:b',
    'a/b:c',
    '?a:b',
    '#a:b',
    '%c3%A9%ff',
    'http://example.org',
    'http://user:pw@example.org:8080/a?b#c',
    'http://h:',
    'http://h:65535/',
    'http://[::1]:80/',
    'http://[2001:db8::192.0.2.1]/',
    'http://[1:2:3:4:5:6:7:8]/',
    'http://[1:2:3:4:5:6:7::]/',
    'http://[v1.a:b]/',
    'http://münchen.example/',
    'file:///etc/hosts',
    'mailto:a@b.example',
    'urn:isbn:0451450523',
    '//h/a',
    '?\u{E000}\u{10FFFD}',
    '\u{A0}\u{20000}',
  ];
  for (const iri of accepted) {
    it(`accepts ${JSON.stringify(iri)}`, () => {
      assert.equal(checkIri(iri), undefined);
    });
  }

  const refused: [iri: string, offset: number, found: string, message: RegExp][] = [
    ['a b', 1, ' ', /write %20/],
    [' a', 0, ' ', /write %20/],
    ['a\n', 1, '\n', /U\+000A.*write %0A/],
    ['\u{7F}', 0, '\u{7F}', /U\+007F/],
    ['\u{80}', 0, '\u{80}', /U\+0080/],
    ['<a', 0, '<', /write %3C/],
    ['a>', 1, '>', /write %3E/],
    ['?"', 1, '"', /write %22/],
    ['#\\', 1, '\\', /write %5C/],
    ['^', 0, '^', /write %5E/],
    ['`', 0, '`', /write %60/],
    ['{id}', 0, '{', /write %7B/],
    ['|', 0, '|', /write %7C/],
    ['%', 0, '%', /write %25/],
    ['a%4', 1, '%4', /write %25/],
    ['%zz', 0, '%zz', /write %25/],
    ['a\u{D83D}', 1, '\u{D83D}', /half of a surrogate pair/],
    ['\u{FFFE}', 0, '\u{FFFE}', /U\+FFFE/],
    ['😀\u{FFFFF}', 2, '\u{FFFFF}', /U\+FFFFF/],
    ['a\u{E000}?\u{E000}', 1, '\u{E000}', /path/],
    ['?\u{E000}#\u{E000}', 3, '\u{E000}', /fragment/],
    ['http://\u{E000}/', 7, '\u{E000}', /no host/],
    ['a\u{200E}', 1, '\u{200E}', /direction of text/],
    ['a\u{202E}b', 1, '\u{202E}', /direction of text/],
    ['\u{2066}', 0, '\u{2066}', /direction of text/],
    ['a[b', 1, '[', /path.*write %5B/],
    ['http://h/a]', 10, ']', /path.*write %5D/],
    ['?a[]=b', 2, '[', /query/],
    ['?q#a#b', 4, '#', /fragment.*write %23/],
    ['1:2', 0, '1:', /write \.\/ before/],
    ['é:b/c', 0, 'é:', /write \.\/ before/],
    [':a', 0, ':', /write \.\/ before/],
    ['http://', 7, '', /needs a host/],
    ['https:///a', 8, '', /needs a host/],
    ['http://u@:80/', 9, '', /needs a host/],
    ['http://h:x/', 9, 'x', /no port/],
    ['http://h:65536/', 9, '65536', /no port/],
    ['http://u@h:-1/', 11, '-1', /no port/],
    ['//a:b:c', 4, 'b:c', /no port/],
    ['http://[::1', 7, '[::1', /IP literal/],
    ['http://[::1]a/', 7, '[::1]a', /IP literal/],
    ['http://[1:2]/', 7, '[1:2]', /IP literal/],
    ['http://[1::2::3]/', 7, '[1::2::3]', /IP literal/],
    ['http://[1:2:3:4:5:6:7:8::]/', 7, '[1:2:3:4:5:6:7:8::]', /IP literal/],
    ['http://[::12345]/', 7, '[::12345]', /IP literal/],
    ['http://[::1.2.3.256]/', 7, '[::1.2.3.256]', /IP literal/],
    ['http://[1.2.3.4::]/', 7, '[1.2.3.4::]', /IP literal/],
    ['http://[:::]/', 7, '[:::]', /IP literal/],
    ['http://[v1.]/', 7, '[v1.]', /IP literal/],
    ['//::1/', 3, ':1', /no port/],
    ['http://a]/', 7, 'a]', /no host/],
    ['http://a@b@c/', 7, 'a@b', /user information/],
    ['//[@h/', 2, '[', /user information/],
  ];
  for (const [iri, offset, found, message] of refused) {
    it(`refuses ${JSON.stringify(iri)} at ${offset}`, () => {
      const fault = checkIri(iri);
      assert.ok(fault);
      assert.deepEqual([fault.offset, fault.found], [offset, found]);
      assert.match(fault.message, message);
    });
  }

  it('points at what it found, in any text', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('a:/?#[]@%41 é\u{200E}\u{E000}\u{D83D}')) });
    fc.assert(
      fc.property(text, (any) => {
        const fault = checkIri(any);
        if (fault !== undefined) assert.ok(any.startsWith(fault.found, fault.offset), fault.message);
      }),
    );
  });
});

describe('resolveIri', () => {
  const groups: [title: string, base: string, examples: Record<string, string>][] = [
    [
      'normal examples of RFC 3986, section 5.4.1',
      'http://a/b/c/d;p?q',
      {
        'g:h': 'g:h',
        g: 'http://a/b/c/g',
        './g': 'http://a/b/c/g',
        'g/': 'http://a/b/c/g/',
        '/g': 'http://a/g',
        '//g': 'http://g',
        '?y': 'http://a/b/c/d;p?y',
        'g?y': 'http://a/b/c/g?y',
        '#s': 'http://a/b/c/d;p?q#s',
        'g#s': 'http://a/b/c/g#s',
        'g?y#s': 'http://a/b/c/g?y#s',
        ';x': 'http://a/b/c/;x',
        'g;x': 'http://a/b/c/g;x',
        'g;x?y#s': 'http://a/b/c/g;x?y#s',
        '': 'http://a/b/c/d;p?q',
        '.': 'http://a/b/c/',
        './': 'http://a/b/c/',
        '..': 'http://a/b/',
        '../': 'http://a/b/',
        '../g': 'http://a/b/g',
        '../..': 'http://a/',
        '../../': 'http://a/',
        '../../g': 'http://a/g',
      },
    ],
    [
      'abnormal examples of RFC 3986, section 5.4.2',
      'http://a/b/c/d;p?q',
      {
        '../../../g': 'http://a/g',
        '../../../../g': 'http://a/g',
        '/./g': 'http://a/g',
        '/../g': 'http://a/g',
        'g.': 'http://a/b/c/g.',
        '.g': 'http://a/b/c/.g',
        'g..': 'http://a/b/c/g..',
        '..g': 'http://a/b/c/..g',
        './../g': 'http://a/b/g',
        './g/.': 'http://a/b/c/g/',
        'g/./h': 'http://a/b/c/g/h',
        'g/../h': 'http://a/b/c/h',
        'g;x=1/./y': 'http://a/b/c/g;x=1/y',
        'g;x=1/../y': 'http://a/b/c/y',
        'g?y/./x': 'http://a/b/c/g?y/./x',
        'g?y/../x': 'http://a/b/c/g?y/../x',
        'g#s/./x': 'http://a/b/c/g#s/./x',
        'g#s/../x': 'http://a/b/c/g#s/../x',
        'http:g': 'http:g',
      },
    ],
    [
      'a base without a scheme',
      '/users/1?q',
      {
        '': '/users/1?q',
        '.': '/users/',
        '2/': '/users/2/',
        '../bills/': '/bills/',
        '../../../x': '/x',
        '?a': '/users/1?a',
        '#f': '/users/1?q#f',
        '/': '/',
        '//h/x': '//h/x',
        'http://h/../x': 'http://h/x',
        'é?ü': '/users/é?ü',
      },
    ],
    [
      'a base without a path',
      'http://a',
      { g: 'http://a/g', '?y': 'http://a?y', '.': 'http://a/', '': 'http://a' },
    ],
    ['empty segments', 'http://a/b//c', { '..': 'http://a/b/', g: 'http://a/b//g', '../../g': 'http://a/g' }],
    [
      'a path that would be taken for an authority or a scheme',
      '/users/',
      {
        '..//evil.example/': '/.//evil.example/',
        '/.//evil.example/': '/.//evil.example/',
        './a:b': '/users/a:b',
      },
    ],
    ['a path that would be taken for an authority, with a scheme', 'file:/a/', { '..//b': 'file:/.//b' }],
    ['an empty base', '', { 'users/': 'users/', './a:b': './a:b', '../x': 'x' }],
  ];
  for (const [title, base, examples] of groups) {
    it(`resolves ${title}: ${base}`, () => {
      for (const [reference, expected] of Object.entries(examples)) {
        assert.equal(resolveIri(reference, base), expected, reference);
      }
    });
  }
});

const tail = (mark: string): fc.Arbitrary<string> => fc.constantFrom('', mark, `${mark}x/../y`, `${mark}?`);

/** IRIs of one small site, all in the form that resolution gives. */
const siteIri = (origin: string): fc.Arbitrary<string> => {
  const segment = fc.constantFrom('', 'a', 'b', 'a:b', '..a', 'é', '%2F', ';x');
  return fc
    .tuple(fc.array(segment, { maxLength: 4 }), tail('?'), tail('#'))
    .map(([segments, query, fragment]) => `${origin}/${segments.join('/')}${query}${fragment}`);
};

describe('relativiseIri', () => {
  const table: [target: string, base: string, expected: string][] = [
    ['http://h/users/', 'http://h/users/', ''],
    ['http://h/users/1/', 'http://h/users/', '1/'],
    ['http://h/users/', 'http://h/users/1/', '../'],
    ['http://h/users/1/', 'http://h/users/2/', '../1/'],
    ['/users/1/', '/users/', '1/'],
    ['/users/', '/users/1', './'],
    ['/users', '/users/', '/users'],
    ['/users/1', '/users/1/', '../1'],
    ['/', '/users/', '/'],
    ['/a/x', '/a/b/c/d/e', '/a/x'],
    ['/users/long/name', '/users/long/other/one', '../name'],
    ['/users/?q', '/users/', '?q'],
    ['/users/?q', '/users/?p', '?q'],
    ['/users/', '/users/?p', './'],
    ['/users/1', '/users/1?p', '1'],
    ['/users/?p#f', '/users/?p', '#f'],
    ['/users/?p', '/users/?p#f', ''],
    ['/users/?', '/users/', '?'],
    ['/users/#', '/users/', '#'],
    ['/users/a:b', '/users/', './a:b'],
    ['/users//1', '/users/', './/1'],
    ['/users/1', '/users//', '../1'],
    ['http://h/users/', 'http://h', 'users/'],
    ['http://h', 'http://h/users/', 'http://h'],
    ['http://h/a', 'https://h/', 'http://h/a'],
    ['http://h/a', 'http://g/', 'http://h/a'],
    ['http://h/a', '/b', 'http://h/a'],
    ['http://h/a/../b', 'http://h/', 'http://h/a/../b'],
    ['mailto:a', 'http://h/', 'mailto:a'],
  ];
  for (const [target, base, expected] of table) {
    it(`gives the reference to ${target} from ${base}`, () => {
      assert.equal(relativiseIri(target, base), expected);
    });
  }

  for (const origin of ['http://h', '']) {
    it(`leads back to the target, and is no longer than it, on ${origin || 'a site without a name'}`, () => {
      const iri = siteIri(origin).filter((any) => !any.startsWith('//'));
      fc.assert(
        fc.property(iri, iri, (target, base) => {
          const reference = relativiseIri(target, base);
          assert.equal(resolveIri(reference, base), target);
          assert.ok(reference.length <= target.length);
        }),
        { numRuns: 1000 },
      );
    });
  }
});

describe('iriToUri', () => {
  it('encodes all that is outside ASCII, the host too, and nothing else', () => {
    assert.equal(iriToUri('http://é.example/ü?ß#😀'), 'http://%C3%A9.example/%C3%BC?%C3%9F#%F0%9F%98%80');
    assert.equal(iriToUri('/a%c3%a9 <b>'), '/a%c3%a9 <b>');
  });

  it('refuses half of a surrogate pair', () => {
    assert.throws(() => iriToUri('/a\u{D83D}'), /TypeError: .*offset 2/);
  });
});

describe('normaliseIri', () => {
  const table: [iri: string, expected: string][] = [
    ['HTTP://User@EXAMPLE.org/A', 'http://User@example.org/A'],
    ['http://a%c3%89B/', 'http://a%C3%89b/'],
    ['http://%41/%7euser/%2f%3a', 'http://a/~user/%2F%3A'],
    ['http://É/é', 'http://%C3%89/%C3%A9'],
    ['http://h/a/./b/../c', 'http://h/a/c'],
    ['http://h/a/%2E%2e/c', 'http://h/c'],
    ['http://h/..//c', 'http://h//c'],
    ['/a/..//c', '/.//c'],
    ['../a/./b', '../a/./b'],
    ['%61%3Ab', 'a%3Ab'],
    ['?%7E#%7e', '?~#~'],
    ['', ''],
    ['//H/a', '//h/a'],
  ];
  for (const [iri, expected] of table) {
    it(`${iri} becomes ${expected}`, () => {
      assert.equal(normaliseIri(iri), expected);
    });
  }

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(siteIri('http://H'), (iri) => {
        const normal = normaliseIri(iri);
        assert.equal(normaliseIri(normal), normal);
      }),
    );
  });
});

describe('resolveTemplate', () => {
  const base = 'http://h/users/1/?q#f';
  const table: [template: string, expected: string][] = [
    ['bills/', 'http://h/users/1/bills/'],
    ['', 'http://h/users/1/?q'],
    ['sellers/{?sold_count}', 'http://h/users/1/sellers/{?sold_count}'],
    ['../{id}/', 'http://h/users/{id}/'],
    ['a/../{id}/../{x}', 'http://h/users/1/{id}/../{x}'],
    ['/{id}/', 'http://h/{id}/'],
    ['/a/../{id}', 'http://h/{id}'],
    ['..{?x}', 'http://h/users/{?x}'],
    ['.{#x}', 'http://h/users/1/{#x}'],
    ['..{/id}', 'http://h/users/1/..{/id}'],
    ['a{.format}', 'http://h/users/1/a{.format}'],
    ['?a={x}&b=..', 'http://h/users/1/?a={x}&b=..'],
    ['../?a={x}', 'http://h/users/?a={x}'],
    ['#a{x}', 'http://h/users/1/?q#a{x}'],
    ['//g/{x}', 'http://g/{x}'],
    ['https://g/../{x}', 'https://g/../{x}'],
    ['./a:b{x}', 'http://h/users/1/a:b{x}'],
    ['é/{x}', 'http://h/users/1/é/{x}'],
    // The first part is an expression
    ['{id}/', 'http://h/users/1/{id}/'],
    ['{.x}', 'http://h/users/1/{.x}'],
    ['{;x}', 'http://h/users/1/{;x}'],
    ['{&x}', 'http://h/users/1/{&x}'],
    ['{?x}', 'http://h/users/1/{?x}'],
    ['{#x}', 'http://h/users/1/?q{#x}'],
    ['{/x*}/y', 'http://h{/x*}/y'],
    ['{+ref}', '{+ref}'],
    ['{+ref}/x', '{+ref}/x'],
    ['{scheme}://g/', '{scheme}://g/'],
    ['x-{y}:{z}', 'x-{y}:{z}'],
    ['{x}/a:b', 'http://h/users/1/{x}/a:b'],
    ['{/x}:b', 'http://h{/x}:b'],
  ];
  for (const [template, expected] of table) {
    it(`${template || 'an empty template'} becomes ${expected}`, () => {
      assert.equal(resolveTemplate(template, base), expected);
    });
  }

  it('resolves against a base without a scheme', () => {
    assert.equal(resolveTemplate('{id}/', '/users/'), '/users/{id}/');
    assert.equal(resolveTemplate('../{id}/', '/users/1/'), '/users/{id}/');
    assert.equal(resolveTemplate('//g/{id}', '/users/'), '//g/{id}');
    assert.equal(resolveTemplate('{/x}', '/users/'), '{/x}');
  });

  it('refuses a malformed template', () => {
    assert.throws(() => resolveTemplate('{id', base), UriTemplateError);
  });

  it('leads where the original leads', () => {
    const literal = fc.constantFrom('a', '/', '../', './', 'é', '..', '.', '?b', '/../', 'a:b');
    const expression = fc.constantFrom(
      '{x}',
      '{/x}',
      '{?x}',
      '{#x}',
      '{.x}',
      '{;x}',
      '{&x}',
      '{+x}',
      '{x,y}',
    );
    const template = fc.array(fc.oneof(literal, expression), { maxLength: 6 }).map((parts) => parts.join(''));
    const value = fc.constantFrom('1', 'a b', '/', '..', 'é');
    fc.assert(
      fc.property(template, value, value, (text, x, y) => {
        // A network-path reference made of a value is not what its template says.
        fc.pre(!UriTemplate.parse(text).expand({ x, y }).startsWith('//'));
        const original = UriTemplate.parse(text).expand({ x, y });
        const resolved = UriTemplate.parse(resolveTemplate(text, base)).expand({ x, y });
        assert.equal(iriToUri(resolveIri(resolved, base)), iriToUri(resolveIri(original, base)));
      }),
      { numRuns: 1000 },
    );
  });
});

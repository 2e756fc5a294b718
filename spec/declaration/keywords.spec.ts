import assert from 'node:assert/strict';
import { Findings } from '../../lib/declaration/declaration-findings.js';
import { SchemaCompiler } from '../../lib/declaration/schema-compiler.js';
import type { ValueSchema } from '../../lib/declaration/body-schema.js';

function compiled(schema: object): ValueSchema {
  const findings = new Findings();
  const made = new SchemaCompiler(findings).compile(schema, { class: 'Test' });
  findings.throwIfAny();
  assert.ok(made !== undefined);
  return made;
}

function assertRefused(schema: object, ...messages: readonly RegExp[]): void {
  assert.throws(
    () => compiled(schema),
    (error: Error) => {
      assert.equal(error.message.split('\n- ').length - 1, messages.length, error.message);
      for (const message of messages) assert.match(error.message, message);
      return true;
    },
  );
}

/** Texts that are of a format, and texts that are not. */
const FORMATS: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  'date-time': [['2026-11-30T12:00:00Z'], ['2026-11-30', '2026-02-30T12:00:00Z']],
  date: [['2028-02-29'], ['2026-02-29']],
  time: [
    ['12:00:00Z', '12:00:00+01:00'],
    ['12:00', '25:00:00Z'],
  ],
  duration: [
    ['P1DT2H', 'P4W'],
    ['P', '1D'],
  ],
  email: [['ada@example.org'], ['ada', 'ada@', 'ä@example.org']],
  'idn-email': [
    ['ada@example.org', 'ädä@例え.jp', 'a.b+c@bücher.example'],
    ['ada', '@例え.jp', 'a b@例え.jp', 'a@b@', 'a@-b.example', '.a@b.example', 'a..b@c.example'],
  ],
  hostname: [
    ['example.org', 'localhost'],
    ['-a.example', 'bücher.example', 'a_b'],
  ],
  'idn-hostname': [
    ['example.org', 'bücher.example', '例え.jp', 'xn--bcher-kva.example'],
    ['', 'a b', '-a.example', 'a..b', 'a/b', 'a_b', `${'ä'.repeat(63)}.example`, 'a'.repeat(100_000)],
  ],
  ipv4: [['127.0.0.1'], ['127.0.0.256']],
  ipv6: [['::1'], ['::g']],
  uri: [['https://example.org/a?b#c'], ['/a', 'https://example.org/ä']],
  'uri-reference': [['/a?b'], ['a b', '\\']],
  iri: [
    ['https://例え.jp/ä?ö#ü', 'urn:ä'],
    ['', '/a', '//例え.jp/', 'https://例え.jp/a b', 'a:%zz'],
  ],
  'iri-reference': [
    ['', '/ä', '../例え', 'https://例え.jp/'],
    ['a b', '<ä>', '%'],
  ],
  uuid: [['123e4567-e89b-12d3-a456-426614174000'], ['123e4567']],
  'uri-template': [
    ['/a{?b,c*}', '/{+path}', '{a:3}', '/ä{b}'],
    ['/{a', '/{}', '/{a:0}', '/{=a}', '/{a b}', '}'],
  ],
  'json-pointer': [
    ['', '/a~1b'],
    ['a', '/~2'],
  ],
  'relative-json-pointer': [
    ['0', '1/a', '2#'],
    ['/a', '-1'],
  ],
  regex: [['^a+$'], ['(']],
};

describe('declaration: formats', () => {
  for (const [format, [right, wrong]] of Object.entries(FORMATS)) {
    it(`${format} is the standard's own, and is checked`, () => {
      const schema = compiled({ type: 'string', format });
      for (const text of right) assert.deepEqual(schema.errors(text), [], text);
      for (const text of wrong) {
        const [error] = schema.errors(text);
        assert.match(error?.message ?? '', new RegExp(`^must match format "${format}"; found `), text);
      }
    });
  }

  it('url is a web address with a host', () => {
    const schema = compiled({ type: 'string', format: 'url' });
    for (const text of ['https://example.org/a?b#c', 'ftp://ada@example.org/', 'HTTP://例え.jp/'])
      assert.deepEqual(schema.errors(text), [], text);
    for (const text of ['example.org', 'mailto:ada@example.org', 'https://', 'https://a b/'])
      assert.equal(schema.errors(text).length, 1, text);
  });

  it('[H70] cost no more than the text is long', () => {
    // Backtracking over this took minutes.
    assert.equal(
      compiled({ type: 'string', format: 'url' }).errors(`http://${'a:'.repeat(100_000)}`).length,
      1,
    );
    for (const format of ['date-time', 'iso-date-time', 'uri-template', 'regex'])
      assert.equal(compiled({ type: 'string', format }).errors('{a}t'.repeat(5000)).length, 1, format);
  });

  it('that nobody knows are found, with those that are near', () => {
    assertRefused(
      { type: 'object', properties: { a: { type: 'string', format: 'e-mail' } } },
      /can be compiled: "e-mail" is no format that is known; did you mean "email"\? \(at \/properties\/a\)/,
    );
    assertRefused({ type: 'string', format: 'colour-of-the-rainbow' }, /; known are .*idn-email.*uuid/);
    assertRefused({ type: 'string', format: 'toString' }, /"toString" is no format that is known/);
  });
});

describe('declaration: keywords', () => {
  const ANNOTATIONS = {
    title: 'A',
    description: 'B',
    $comment: 'C',
    default: 'abc',
    examples: ['abc'],
    deprecated: true,
    writeOnly: true,
    contentMediaType: 'application/json',
    contentEncoding: 'base64',
    contentSchema: { type: 'object' },
    example: 'abc',
    externalDocs: { url: 'https://example.org/' },
    xml: { attribute: true },
    'x-order': 3,
    'x-ui.widget': { type: 'nonsense', pattern: '(' },
  };

  for (const [keyword, value] of Object.entries(ANNOTATIONS)) {
    it(`${keyword} says nothing of what is valid, and may stand anywhere`, () => {
      const schema = compiled({
        type: 'object',
        [keyword]: value,
        properties: { a: { type: 'string', minLength: 2, [keyword]: value } },
      });
      assert.deepEqual(schema.errors({ a: 'ab' }), []);
      assert.equal(schema.errors({ a: 'a' }).length, 1);
    });
  }

  it('discriminator names the member that tells alternatives apart, and checks nothing itself', () => {
    const schema = compiled({
      discriminator: { propertyName: 'kind', mapping: { cat: '#/$defs/cat' } },
      oneOf: [{ $ref: '#/$defs/cat' }, { type: 'object', properties: { kind: { const: 'dog' } } }],
      $defs: { cat: { type: 'object', properties: { kind: { const: 'cat' } }, required: ['kind'] } },
    });
    assert.deepEqual(schema.errors({ kind: 'cat' }), []);
    assert.deepEqual(schema.errors({ kind: 'dog' }), []);
  });

  it('that are misspelt are found, wherever they stand', () => {
    for (const [schema, place] of [
      [{ properties: { a: { minLenght: 1 } } }, '/properties/a'],
      [{ items: { minLenght: 1 } }, '/items'],
      [{ anyOf: [{}, { minLenght: 1 }] }, '/anyOf/1'],
      [{ $defs: { a: { minLenght: 1 } } }, '/$defs/a'],
      [{ if: { minLenght: 1 }, else: {} }, '/if'],
      [{ minLenght: 1 }, 'its root'],
    ] as const) {
      assert.throws(
        () => compiled(schema),
        (error: Error) => {
          const expected = `"minLenght" is no keyword; did you mean "minLength"?; what is only for other readers of the schema begins with x- (at ${place})`;
          assert.ok(error.message.includes(expected), error.message);
          return true;
        },
      );
    }
  });

  it('of OpenAPI 3.0 that change what is valid are found', () =>
    assertRefused(
      { properties: { a: { type: 'integer', nullable: true } } },
      /"nullable" is of OpenAPI 3\.0; add null to the types.*\(at \/properties\/a\)/,
    ));

  it('that require a misspelt member are found, and those that require what is declared elsewhere are not', () => {
    assertRefused(
      { type: 'object', properties: { title: { type: 'string' } }, required: ['titel'] },
      /"required" names "titel", which "properties" lacks; did you mean "title"\?/,
    );
    assert.deepEqual(compiled({ type: 'object', required: ['anything'] }).errors({ anything: 1 }), []);
  });

  it('that nobody knows are all found at once', () => {
    assertRefused(
      { requierd: ['a'], properties: { a: { toString: 1, widget: 'x', foo: 1 } } },
      /"requierd" is no keyword; did you mean "required"\?/,
      /"toString" is no keyword/,
      /"foo" is no keyword; what is only for other readers/,
      /"widget" is no keyword; what is only for other readers of the schema begins with x- \(at \/properties\/a\)/,
    );
  });

  it('are none where they are names, or data', () => {
    const data = { minLenght: 1, format: 'e-mail', pattern: '(', uniqueItems: true, readOnly: true };
    const schema = compiled({
      type: 'object',
      properties: { minLenght: { type: 'integer' }, 'x-a': { type: 'integer' }, default: { const: data } },
      default: data,
      enum: [data, { minLenght: 2 }],
      examples: [data],
      example: data,
      'x-a': data,
    });
    assert.deepEqual(schema.errors({ minLenght: 2 }), []);
    assert.equal(schema.errors({ minLenght: 'x' }).length > 0, true);
  });

  it('[H86] are looked at wherever a reference leads', () => {
    for (const [place, pointer] of [
      [{ 'x-defs': { a: { type: 'string', pattern: '(a+)+$' } } }, '#/x-defs/a'],
      [{ examples: [{ type: 'string', pattern: '(a+)+$' }] }, '#/examples/0'],
      [{ default: { type: 'string', pattern: '(a+)+$' } }, '#/default'],
      [{ properties: { b: { example: { pattern: '(a+)+$' } } } }, '#/properties/b/example'],
      [{ 'x-defs': { a: { type: 'string', pattern: '(a+)+$' } } }, '#/x%2Ddefs/a'],
    ] as const) {
      assertRefused(
        {
          properties: { a: { $ref: pointer } },
          ...place,
          ...('properties' in place && { items: { $ref: pointer } }),
        },
        /the \$ref ".*" leads to no schema; move what it leads to into \$defs/,
      );
    }
    compiled({ properties: { a: { $ref: '#/$defs/examples' } }, $defs: { examples: { type: 'string' } } });
    compiled({ prefixItems: [{ type: 'string' }], contains: { $ref: '#/prefixItems/0' }, minItems: 1 });
  });
});

import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { decodeUtf8, findInvalidUtf8, readJson } from '../../lib/protocol/json/read.js';
import type { JsonRule } from '../../lib/protocol/json/read.js';

const policyRules: ReadonlySet<JsonRule> = new Set([
  'duplicate-name',
  'forbidden-name',
  'too-deep',
  'number-range',
  'lone-surrogate',
  'null-character',
]);

/** The integer that printing a double gives. */
function printed(double: number): bigint {
  const [mantissa = '', power = '0'] = String(double).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return BigInt(whole + fraction) * 10n ** BigInt(Number(power) - fraction.length);
}

/** The faults of a text as `rule pointer line:column`. */
function faultsOf(text: string, options = {}): readonly string[] {
  return readJson(text, options).faults.map(
    ({ rule, pointer, line, column }) => `${rule} ${pointer} ${line}:${column}`,
  );
}

describe('readJson: values', () => {
  it('gives what JSON.parse gives', () => {
    const text = '{"a": [1, -0, 2.5e3, "x\\n\\u00e9", true, false, null], "": {}}';
    assert.deepEqual(readJson(text), { value: JSON.parse(text), faults: [] });
  });

  it('gives any JSON value back that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const { value, faults } = readJson(text);
        assert.deepEqual(value, JSON.parse(text));
        assert.ok(faults.every(({ rule }) => policyRules.has(rule)));
      }),
    );
  });

  it('has nothing against objects of ordinary names, strings and doubles', () => {
    const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.string({ unit: 'grapheme' }));
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('value')),
        fc.dictionary(fc.stringMatching(/^[a-z ~/]{1,9}$/), tie('value')),
      ),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2, '\t'), (json, space) => {
        const text = JSON.stringify(json, undefined, space);
        fc.pre(!text.includes('\\u0000') && !text.includes('"constructor"'));
        assert.deepEqual(readJson(text), { value: JSON.parse(text), faults: [] });
      }),
    );
  });

  it('[H75] reads every finite double as JSON.stringify prints it, and has nothing against it', () => {
    const bits = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((any) => {
      const view = new DataView(new ArrayBuffer(8));
      view.setBigUint64(0, any);
      return view.getFloat64(0);
    });
    const double = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      bits.filter(Number.isFinite),
      fc.bigInt({ min: 0n, max: 2n ** 70n }).map(Number),
    );
    fc.assert(
      fc.property(double, (number) => {
        const text = JSON.stringify({ number });
        assert.deepEqual(readJson(text), { value: JSON.parse(text), faults: [] });
        assert.ok((readJson(text).value as { number: number }).number === number);
      }),
      { numRuns: 2000 },
    );
  });

  it('[H75] accepts an integer in any spelling exactly if its double is printed with the same value', () => {
    const integer = fc.oneof(
      fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
      fc.bigInt({ min: 2n ** 53n - 9n, max: 2n ** 53n + 99n }),
      fc.bigInt({ min: 1n, max: 2n ** 53n }).map((odd) => odd * 4096n),
      fc.double({ min: 1e15, max: 1e25, noNaN: true }).map((double) => BigInt(Math.round(double))),
      fc.double({ min: 1e15, max: 1e25, noNaN: true }).map((double) => printed(Math.round(double))),
    );
    fc.assert(
      fc.property(integer, fc.nat(4), fc.nat(30), (value, zeros, moved) => {
        const isKept = printed(Number(value)) === value;
        const digits = String(value < 0n ? -value : value);
        const sign = value < 0n ? '-' : '';
        const padded = digits.padStart(moved + 1, '0');
        const point = padded.length - moved;
        for (const spelling of [
          digits,
          `${digits}.${'0'.repeat(zeros + 1)}`,
          `${digits}${'0'.repeat(zeros)}e-${zeros}`,
          `${padded.slice(0, point)}.${padded.slice(point)}0E+${moved}`,
        ].filter((each) => /^(?:0|[1-9]\d*)(?:\.|e|$)/i.test(each))) {
          const { faults } = readJson(`[${sign}${spelling}]`);
          assert.deepEqual(
            faults.map(({ rule }) => rule),
            isKept ? [] : ['number-range'],
            spelling,
          );
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('reads numbers of a megabyte, of digits, zeros or exponent, in linear time', () => {
    const megabyte = 1_000_000;
    for (const [literal, isGood] of [
      ['9'.repeat(megabyte), false],
      [`0.${'0'.repeat(megabyte)}1`, false],
      [`${'10'.repeat(megabyte / 2)}e-${megabyte}`, true],
      [`0.${'0'.repeat(megabyte - 1)}1e${megabyte}`, true],
      [`1e${'9'.repeat(megabyte)}`, false],
      [`1e-${'9'.repeat(megabyte)}`, false],
      [`0e${'9'.repeat(megabyte)}`, true],
    ] as const) {
      assert.equal(readJson(literal).faults.length, isGood ? 0 : 1, `${literal.slice(0, 9)}…`);
    }
  });

  it('refuses exactly what JSON.parse refuses', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '1',
      '-',
      '.5',
      'e3',
      'null',
      ' ',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        let accepts = true;
        try {
          JSON.parse(text);
        } catch {
          accepts = false;
        }
        const refused = readJson(text).faults.some(
          ({ rule }) => rule === 'malformed-json' || rule === 'empty',
        );
        assert.equal(refused, !accepts, text);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('readJson: faults of the grammar', () => {
  const cases: readonly (readonly [text: string, at: string, message: RegExp])[] = [
    ['{"a": 1,\n "b" 2}', '2:6', /found 2 where : is wanted/],
    ['{"a": 1,}', '1:9', /found } .*; remove the comma before it/],
    ['[1, 2,\r\n]', '2:1', /found \] .*; remove the comma before it/],
    ["{'a': 1}", '1:2', /double quotes/],
    ['{a: 1}', '1:2', /found a where a name in double quotes or } is wanted/],
    ['[1 2]', '1:4', /found 2 where , or \] is wanted/],
    ['[1}', '1:3', /found } where , or \] is wanted/],
    ['[1', '1:3', /the text ends where , or \] is wanted/],
    ['{"a"', '1:5', /the text ends where : is wanted/],
    ['// x\n1', '1:1', /no comments/],
    ['\ufeff{}', '1:1', /byte order mark/],
    ['[NaN]', '1:2', /no such number/],
    ['[True]', '1:2', /literals are true, false and null/],
    ['[01]', '1:3', /leading zero/],
    ['[1.]', '1:3', /found \. within a number/],
    ['[+1]', '1:2', /begins with a digit/],
    ['[-]', '1:3', /found \] where a digit is wanted after -/],
    ['["a\tb"]', '1:4', /control character U\+0009; write it as the escape \\t/],
    ['["\\x41"]', '1:3', /begins no escape of JSON \(found x behind it\)/],
    ['["\\u12"]', '1:3', /no escape of JSON \(found u/],
    ['["a', '1:4', /the text ends within a string/],
    ['{} {}', '1:4', /one value, so remove what follows/],
    ['\u00a0{}', '1:1', /found U\+00A0/],
  ];
  for (const [text, at, message] of cases) {
    it(`says where and why ${JSON.stringify(text)} is no JSON`, () => {
      const { value, faults } = readJson(text);
      assert.equal(value, undefined);
      assert.equal(faults.length, 1);
      const [fault] = faults;
      assert.equal(fault?.rule, 'malformed-json');
      assert.equal(fault.pointer, '');
      assert.equal(`${fault.line}:${fault.column}`, at);
      assert.match(fault.message, message);
    });
  }

  it('calls a text without any value empty', () => {
    assert.deepEqual(faultsOf(''), ['empty  1:1']);
    assert.deepEqual(faultsOf(' \r\n\t'), ['empty  1:1']);
  });
});

describe('readJson: faults that JSON.parse hides', () => {
  const cases: readonly (readonly [title: string, text: string, faults: readonly string[]])[] = [
    [
      'duplicate names',
      '{"a": 1,\n "b": {"c": 1, "c": 2}, "a": 3}',
      ['duplicate-name /b/c 2:16', 'duplicate-name /a 2:25'],
    ],
    ['names that are the same once unescaped', '{"a": 1, "\\u0061": 2}', ['duplicate-name /a 1:10']],
    ['duplicate names in one of many objects', '[{"a":1},{"a":1,"a":1}]', ['duplicate-name /1/a 1:17']],
    [
      'duplicate names that a pointer has to escape',
      '{"a/b": {"m~n": 1, "m~n": 2}}',
      ['duplicate-name /a~1b/m~0n 1:20'],
    ],
    ['the empty name twice', '{"":1,"":2}', ['duplicate-name / 1:7']],
    ['names of inner and outer objects apart', '{"a": {"a": {"a": 1}}, "b": [{"a": 1}]}', []],
    ['__proto__ anywhere', '[{"x": {"__proto__": {}}}]', ['forbidden-name /0/x/__proto__ 1:9']],
    ['an escaped __proto__', '{"\\u005f_proto__": 1}', ['forbidden-name /__proto__ 1:2']],
    [
      'constructor with prototype inside',
      '{"constructor": {"prototype": {}}}',
      ['forbidden-name /constructor/prototype 1:18'],
    ],
    ['constructor without it', '{"constructor": "Ada", "prototype": {"constructor": []}}', []],
    ['overflow', '{"a": 1e400, "b": [-1E999]}', ['number-range /a 1:7', 'number-range /b/0 1:20']],
    [
      'integers that a double rounds',
      '[9007199254740993, -12345678901234567890]',
      ['number-range /0 1:2', 'number-range /1 1:20'],
    ],
    ['large integers that a double keeps', '[9007199254740992, 18014398509481984, 1e300, -0]', []],
    [
      'large integers as JSON.stringify prints them, in any spelling',
      '[1152921504606847000, 1152921504606847e3, 11529215046068470000.0e-1, 1e+21, 0.0012e5, 100000000000000000000000]',
      [],
    ],
    [
      'large integers that come out with other digits, in any spelling',
      '[1152921504606846976, 9007199254740993.0, 9007199254740993000e-3, 1.2345678901234567891e19, 1E400]',
      [
        'number-range /0 1:2',
        'number-range /1 1:23',
        'number-range /2 1:43',
        'number-range /3 1:67',
        'number-range /4 1:93',
      ],
    ],
    ['zero with any exponent', '[0e999999999999, 0.000E-999999999999999999999, -0.0]', []],
    ['underflow to zero', '[1e-400, 0.0e-999, 0e5]', ['number-range /0 1:2']],
    ['fractions, which may be rounded', '[0.1, 3.141592653589793238462643383279]', []],
    [
      'lone surrogates',
      '["\\ud800", "\\udc00x", "\\ud83d\\ude00"]',
      ['lone-surrogate /0 1:3', 'lone-surrogate /1 1:13'],
    ],
    ['raw lone surrogates', '["x\ud800", "\ude00"]', ['lone-surrogate /0 1:4', 'lone-surrogate /1 1:9']],
    ['surrogate pairs that are half escaped', '["\\ud83d\ude00", "\ud83d\\ude00"]', []],
    ['a pair in the wrong order', '["\\ude00\\ud83d"]', ['lone-surrogate /0 1:3', 'lone-surrogate /0 1:9']],
    ['lone surrogates in names', '{"\\udead": 1}', ['lone-surrogate /\udead 1:3']],
    ['null characters', '{"a\\u0000": "\\u0000"}', ['null-character /a\0 1:4', 'null-character /a\0 1:14']],
    ['backslashes that only look like escapes', '["\\\\u0000", "\\\\\\"\\\\ud800"]', []],
    [
      'every fault, in order',
      '{"a": 1e999, "a": "\\u0000"}',
      ['number-range /a 1:7', 'duplicate-name /a 1:14', 'null-character /a 1:20'],
    ],
  ];
  for (const [title, text, faults] of cases) {
    it(`tells ${title}`, () => {
      assert.deepEqual(faultsOf(text), faults);
      assert.deepEqual(readJson(text).value, JSON.parse(text));
    });
  }

  it('tells what to write instead', () => {
    assert.match(readJson('{"a":1,"a":2}').faults[0]?.message ?? '', /"a" stands twice .* keep one/);
    assert.match(
      readJson('12345678901234567890').faults[0]?.message ?? '',
      /rounded to 12345678901234567000; write it as a string/,
    );
  });

  it('shortens what is long in its messages', () => {
    const [fault] = readJson(`{"${'n'.repeat(5000)}": 1${'0'.repeat(5000)}}`).faults;
    assert.ok((fault?.message.length ?? 0) < 250);
  });

  it('gives no more faults than the limit', () => {
    assert.deepEqual(faultsOf('[1e999, 1e999, 1e999]', { limit: 2 }), [
      'number-range /0 1:2',
      'number-range /1 1:9',
    ]);
  });
});

describe('readJson: nesting', () => {
  it('allows 128 levels, and as many as it is told', () => {
    assert.deepEqual(faultsOf('['.repeat(128) + ']'.repeat(128)), []);
    assert.deepEqual(faultsOf('['.repeat(129) + ']'.repeat(129)), [`too-deep ${'/0'.repeat(128)} 1:129`]);
    assert.deepEqual(faultsOf('[[],{"a":[]}]', { depth: 1 }), ['too-deep /0 1:2', 'too-deep /1 1:5']);
    assert.deepEqual(faultsOf('[{"a":[]}]', { depth: 3 }), []);
  });

  it('survives 100,000 levels, well-formed or not', () => {
    const deep = 100_000;
    assert.deepEqual(faultsOf('{"a":'.repeat(deep) + '1' + '}'.repeat(deep), { depth: 2 }), [
      'too-deep /a/a 1:11',
    ]);
    assert.deepEqual(faultsOf('['.repeat(deep)), [`malformed-json  1:${deep + 1}`]);
  });

  it('looks for no other fault below the limit', () => {
    assert.deepEqual(faultsOf('[[{"a":1e999,"a":1}]]', { depth: 1 }), ['too-deep /0 1:2']);
  });
});

describe('decodeUtf8', () => {
  it('reads UTF-8 and strips one byte order mark', () => {
    assert.equal(decodeUtf8(Buffer.from('"é😀"')), '"é😀"');
    assert.equal(decodeUtf8(Buffer.from('\ufeff\ufeff1')), '\ufeff1');
    assert.equal(decodeUtf8(new Uint8Array()), '');
  });

  it('refuses what is not UTF-8, and tells where', () => {
    const cases: readonly (readonly [bytes: readonly number[], byte: number, before: string])[] = [
      [[0xff], 0, ''],
      [[0x22, 0xc3, 0xa9, 0xc3, 0x22], 3, '"é'],
      [[0xef, 0xbf, 0xbd, 0x61, 0xed, 0xa0, 0x80], 4, '\ufffda'],
      [[0xc0, 0xaf], 0, ''],
      [[0xf0, 0x9f, 0x98, 0x80, 0xf0, 0x9f], 4, '😀'],
    ];
    for (const [bytes, byte, before] of cases) {
      assert.equal(decodeUtf8(Uint8Array.from(bytes)), undefined);
      assert.deepEqual(findInvalidUtf8(Uint8Array.from(bytes)), { byte, before });
    }
    assert.equal(findInvalidUtf8(Buffer.from('a\ufffd')), undefined);
  });

  it('agrees with itself on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        assert.equal(decodeUtf8(bytes) === undefined, findInvalidUtf8(bytes) !== undefined);
      }),
    );
  });
});

describe('readJson: the first faults of a long text', () => {
  const LONG = 100_000;

  it('[H70] are found without parsing what nests without end', () => {
    const { parse } = JSON;
    const parsed: number[] = [];
    JSON.parse = (text: string) => {
      parsed.push(text.length);
      return parse(text) as unknown;
    };
    try {
      const text = `{"a":${'['.repeat(LONG)}${']'.repeat(LONG)}}`;
      const pointer = `/a${'/0'.repeat(127)}`;
      assert.deepEqual(faultsOf(text, { limit: 1 }), [`too-deep ${pointer} 1:133`]);
      assert.deepEqual(faultsOf('['.repeat(LONG), { limit: 1 }), [`malformed-json  1:${LONG + 1}`]);
      assert.ok(parsed.every((length) => length < 100));
    } finally {
      JSON.parse = parse;
    }
    assert.deepEqual(faultsOf(`["${'['.repeat(LONG)}","\\\\"]`, { limit: 1 }), []);
  });

  it('[H70] are the same as without a limit', () => {
    const padding = ' '.repeat(LONG);
    for (const text of [
      '{"a":1,"a":2,"a":3}',
      '["\\u0000\\ud800"]',
      '[1e400,1e400]',
      '{"__proto__":1}',
      '[',
      '[1,]',
    ]) {
      const all = faultsOf(padding + text);
      for (const limit of [1, 2]) assert.deepEqual(faultsOf(padding + text, { limit }), all.slice(0, limit));
    }
  });
});

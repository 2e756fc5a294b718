import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { UriTemplate, UriTemplateError } from '../../lib/protocol/uri-template.js';
import type { TemplateValues } from '../../lib/protocol/uri-template.js';
import { checkTemplate } from '../../lib/protocol/uri-template/check.js';
import { parseTemplate } from '../../lib/protocol/uri-template/parse.js';
import { corpusFolder } from '../corpus.js';

interface Suite {
  readonly variables: TemplateValues;
  readonly testcases: readonly (readonly [template: string, expected: string | string[] | false])[];
}

describe('UriTemplate', () => {
  describe('expands the official suite,', () => {
    for (const name of ['spec-examples', 'spec-examples-by-section', 'negative-tests']) {
      const folder = corpusFolder('uritemplate');
      if (folder === undefined) {
        it(`${name}: skipped, since ../shared/corpus/uritemplate is not there`, function () {
          this.skip();
        });
        continue;
      }
      const suites: Record<string, Suite> = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
      for (const [title, { variables, testcases }] of Object.entries(suites)) {
        it(`${name}: ${title}`, () => {
          for (const [text, expected] of testcases) {
            if (expected === false) {
              assert.throws(
                () => UriTemplate.parse(text).expand(variables),
                /UriTemplateError|TypeError/,
                text,
              );
              continue;
            }
            const template = UriTemplate.parse(text);
            const expansion = template.expand(variables);
            assert.ok([expected].flat().includes(expansion), `${text} became ${expansion}`);
            const values = template.match(expansion);
            assert.ok(values, `${text} does not match ${expansion}`);
            assert.equal(template.expand(values), expansion, text);
          }
        });
      }
    }
  });

  describe('parse', () => {
    it('gives the syntax tree', () => {
      assert.deepEqual(UriTemplate.parse("a'{?x:30,y*}{%41.b}é").parts, [
        { type: 'literal', text: "a'" },
        {
          type: 'expression',
          operator: '?',
          variables: [
            { name: 'x', explode: false, prefix: 30 },
            { name: 'y', explode: true, prefix: undefined },
          ],
        },
        {
          type: 'expression',
          operator: '',
          variables: [{ name: '%41.b', explode: false, prefix: undefined }],
        },
        { type: 'literal', text: 'é' },
      ]);
    });

    it('names each variable once, in order', () => {
      assert.deepEqual(UriTemplate.parse('{b:1,a}{?b,c}').variables, ['b', 'a', 'c']);
      assert.deepEqual(UriTemplate.parse('users/').variables, []);
    });

    it('keeps the text', () => {
      assert.equal(UriTemplate.parse('{a:9999}').text, '{a:9999}');
      assert.equal(String(UriTemplate.parse('{a:9999}')), '{a:9999}');
    });

    it('takes an empty template, whose expansion is empty', () => {
      assert.equal(UriTemplate.parse('').expand({}), '');
    });

    it('freezes the template and its tree', () => {
      const template = UriTemplate.parse('a{b}');
      const [literal, expression] = template.parts;
      assert.ok(expression?.type === 'expression');
      for (const value of [
        template,
        template.parts,
        literal,
        expression,
        expression.variables,
        expression.variables[0],
      ]) {
        assert.ok(Object.isFrozen(value));
      }
      assert.ok(Object.isFrozen(template.variables));
    });
  });

  describe('check', () => {
    const accepted = [
      "!#$&'()*+,-./09:;=?@AZ[]_az~%41",
      '\u{A0}\u{D7FF}\u{F900}\u{FDCF}\u{FDF0}\u{FFEF}\u{10000}\u{1FFFD}\u{DFFFD}\u{E1000}\u{EFFFD}',
      '\u{E000}\u{F8FF}\u{F0000}\u{10FFFD}',
      '%ff%C3',
      '{_}',
      '{0}',
      '{a.b.c}',
      '{%c3%A9}',
      '{a%20.b}',
      '{a:1,b:9999,c*}',
      '{+a}{#a}{.a}{/a}{;a}{?a}{&a}',
      '{a}{a}',
      '{__proto__,constructor}',
    ];
    for (const text of accepted) {
      it(`accepts ${text}`, () => {
        assert.equal(UriTemplate.check(text), undefined);
      });
    }

    const refused: [text: string, offset: number, found: string, advice: RegExp][] = [
      // Literals: RFC 6570, section 2.1
      ['a b', 1, ' ', /write %20/],
      ['a\tb', 1, '\t', /U\+0009.*write %09/],
      ['a\u{7F}', 1, '\u{7F}', /U\+007F.*write %7F/],
      ['\u{85}', 0, '\u{85}', /U\+0085.*write %C2%85/],
      ['"', 0, '"', /write %22/],
      ['a<b', 1, '<', /write %3C/],
      ['a>b', 1, '>', /write %3E/],
      ['{a}\\', 3, '\\', /write %5C/],
      ['^', 0, '^', /write %5E/],
      ['`', 0, '`', /write %60/],
      ['a|b', 1, '|', /write %7C/],
      ['a}', 1, '}', /ends no expression.*%7D/],
      ['{a}}', 3, '}', /ends no expression/],
      ['a%zz', 1, '%zz', /write %25/],
      ['{a}%4', 3, '%4', /write %25/],
      ['%', 0, '%', /write %25/],
      ['é%é', 1, '%é', /write %25/],
      ['a\u{D83D}', 1, '\u{D83D}', /half of a surrogate pair/],
      ['\u{DE00}\u{D83D}', 0, '\u{DE00}', /half of a surrogate pair/],
      ['\u{FFFE}', 0, '\u{FFFE}', /U\+FFFE/],
      ['😀\u{FDD0}', 2, '\u{FDD0}', /U\+FDD0/],
      ['\u{E0041}', 0, '\u{E0041}', /U\+E0041/],
      // Expressions: section 2.2
      ['{', 1, '', /offset 0 has no end/],
      ['a{b', 3, '', /offset 1 has no end/],
      ['{}', 1, '}', /write a name/],
      ['{+}', 2, '}', /write a name/],
      ['{a{b}', 2, '{', /write ","/],
      ['{{a}}', 1, '{', /write a name/],
      ['{=a}', 1, '=', /reserved for later use/],
      ['{,a}', 1, ',', /reserved for later use/],
      ['{!a}', 1, '!', /reserved for later use/],
      ['{@a}', 1, '@', /reserved for later use/],
      ['{|a}', 1, '|', /reserved for later use/],
      ['{++a}', 2, '+', /write a name/],
      ['{a,}', 3, '}', /write a name/],
      ['{a,,b}', 3, ',', /write a name/],
      ['{a, b}', 3, ' ', /write a name/],
      ['{a(ext)}', 2, '(', /variable name/],
      ['{a*(ext)}', 3, '(', /modifier/],
      ['{a(b}{c}', 2, '(', /variable name/],
      ['{(a)}', 1, '(', /write a name/],
      // Variables: section 2.3
      ['{é}', 1, 'é', /write a name/],
      ['{a😀}', 2, '😀', /U\+1F600/],
      ['{a-b}', 2, '-', /variable name/],
      ['{%zz}', 1, '%zz', /hexadecimal/],
      ['{a%4}', 2, '%4', /hexadecimal/],
      ['{..a}', 2, '.', /leave it out/],
      ['{?.a}', 2, '.', /leave it out/],
      ['{?a..b}', 3, '.', /leave it out/],
      ['{x,a.}', 4, '.', /leave it out/],
      ['{a%.b}', 2, '%.b', /hexadecimal/],
      ['{.}', 2, '}', /write a name/],
      // Modifiers: section 2.4
      ['{a:}', 3, '}', /from 1 to 9999/],
      ['{a:x}', 3, 'x', /from 1 to 9999/],
      ['{a:-1}', 3, '-', /from 1 to 9999/],
      ['{a:0}', 3, '0', /from 1 to 9999/],
      ['{a:01}', 3, '01', /leading zeros/],
      ['{a:10000}', 3, '10000', /from 1 to 9999/],
      ['{b*,a:99999999999999999999}', 6, '99999999999999999999', /from 1 to 9999/],
      ['{a:3*}', 4, '*', /write ","/],
      ['{a*:3}', 3, ':', /write ","/],
      ['{a**}', 3, '*', /write ","/],
      ['{*a}', 1, '*', /write a name/],
      // Offsets after parts whose lengths differ from what they hold
      ['é{?a:12,b*,c}{d}|', 16, '|', /write %7C/],
    ];
    for (const [text, offset, found, advice] of refused) {
      it(`refuses ${JSON.stringify(text)} at ${offset}`, () => {
        const fault = UriTemplate.check(text);
        assert.ok(fault);
        assert.deepEqual([fault.text, fault.offset, fault.found], [text, offset, found]);
        assert.match(fault.message, advice);
        assert.match(fault.message, new RegExp(`offset ${offset} of the template`));
        assert.throws(() => UriTemplate.parse(text), UriTemplateError);
      });
    }

    it('has an opinion on any text', () => {
      const text = fc.string({ unit: fc.constantFrom(...Array.from('{}?*:,.%a0é (|')) });
      fc.assert(
        fc.property(text, (any) => {
          const fault = UriTemplate.check(any);
          if (fault === undefined) assert.equal(UriTemplate.parse(any).text, any);
          else assert.ok(any.startsWith(fault.found, fault.offset));
        }),
      );
    });
  });
});

it('a URI template is found well-formed without parsing exactly where parsing it finds no fault', () => {
  const piece = fc.constantFrom(
    ...Array.from('{}{}{}{},,:*.%'),
    '%41',
    '1',
    '10',
    '01',
    'a',
    'b_',
    '+',
    '#',
    '?',
    '/',
    '=',
    '&',
    '-',
    "'",
    '\u00e9',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      const parses = () => {
        try {
          return parseTemplate(text).length >= 0;
        } catch {
          return false;
        }
      };
      assert.equal(checkTemplate(text) === undefined, parses(), text);
    }),
    { numRuns: 5000 },
  );
});

import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { createNegotiation, negotiate } from '../../lib/http/media-types.js';
import { SHOJI_MEDIA_TYPES as offers } from '../../lib/protocol/documents.js';

const SHOJI = 'application/shoji+json';
const JSON_TYPE = 'application/json';

type Case = readonly [chosen: string | undefined, header: string | undefined];

const groups: Readonly<Record<string, readonly Case[]>> = {
  'an Accept that is absent or names nothing': [
    [SHOJI, undefined],
    [SHOJI, ''],
    [SHOJI, ' , ,'],
  ],
  'one range': [
    [SHOJI, SHOJI],
    ['application/shoji', 'application/shoji'],
    [JSON_TYPE, JSON_TYPE],
    [JSON_TYPE, 'APPLICATION/Json'],
    [SHOJI, '*/*'],
    [SHOJI, 'application/*'],
    [undefined, 'text/html'],
    [undefined, 'text/*'],
  ],
  weights: [
    [JSON_TYPE, 'application/json, application/shoji+json;q=0.9'],
    [SHOJI, 'application/json;q=0.5, application/shoji+json'],
    [SHOJI, 'application/json; Q=0.001, */*'],
    [undefined, '*/*;q=0'],
    [undefined, 'application/json;q=0'],
    [undefined, 'application/json;q=0.000'],
    ['application/shoji', '*/*, application/shoji+json;q=0'],
    ['application/shoji', 'application/*;q=0.5, application/shoji+json;q=0, application/json;q=0'],
    [JSON_TYPE, 'application/json;q=1.000'],
  ],
  'the most specific range': [
    [JSON_TYPE, 'application/json, text/plain, */*'],
    [JSON_TYPE, '*/*;q=0.1, application/json;q=0.2'],
    [SHOJI, 'application/json;q=0.1, application/*;q=0.2'],
    [undefined, '*/*;q=0, application/*;q=0'],
    [SHOJI, 'text/html, application/xhtml+xml, application/xml;q=0.9, image/avif, */*;q=0.8'],
  ],
  parameters: [
    [JSON_TYPE, 'application/json; charset=utf-8'],
    [JSON_TYPE, 'application/json;charset="UTF-8";q=0.5'],
    [JSON_TYPE, 'application/json; q=0.5; charset=utf-8'],
    [undefined, 'application/json; charset=iso-8859-1'],
    [SHOJI, 'application/json; charset=iso-8859-1, */*;q=0.1'],
    [JSON_TYPE, 'application/json; profile=x'],
    [JSON_TYPE, 'application/json; profile="a, */*; charset=utf-8"'],
    [JSON_TYPE, 'application/json; profile=x, */*;q=0.1'],
    [JSON_TYPE, 'application/json;odata=verbose'],
    [JSON_TYPE, 'application/json;q=0.5;ext=1'],
    [JSON_TYPE, 'application/json;IEEE754Compatible=true;q=0.9, application/shoji+json;q=0.8'],
    [SHOJI, 'application/json;a=1;q=0.5, application/shoji+json;q=0.8'],
    [SHOJI, '*/*;ext=1'],
    [SHOJI, 'application/*;ext=1;q=0.1, text/html'],
    [undefined, 'text/html;level=1'],
  ],
  'several ranges of a type, of which some have parameters': [
    [JSON_TYPE, 'application/json;v=1;q=0.1, application/json;v=2;q=0.9, application/shoji+json;q=0.5'],
    [SHOJI, 'application/json;v=1, application/json;q=0.1, application/shoji+json;q=0.5'],
    [JSON_TYPE, 'application/json;v=1;q=0, application/json'],
    [undefined, 'application/json;v=1, application/json;q=0'],
    [undefined, 'application/json;v=1;q=0'],
  ],
  '[H29] a malformed Accept': [
    [SHOJI, 'application'],
    [SHOJI, 'application/'],
    [SHOJI, '/json'],
    [SHOJI, '*'],
    [SHOJI, 'text/html text/plain'],
    [SHOJI, 'text/html;q=1.1'],
    [SHOJI, 'text/html;q=0.1234'],
    [SHOJI, 'text/html;q=-1'],
    [SHOJI, 'text/html;q=x'],
    [SHOJI, 'text/html;q=""'],
    [SHOJI, 'text/html;q'],
    [SHOJI, 'text/html;a="'],
    [SHOJI, 'text/html;a = b'],
    [SHOJI, 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2'],
    [SHOJI, 'text/html\u0000'],
    [SHOJI, 'text/html;a=\u20ac'],
  ],
};

describe('http/accept', () => {
  for (const [group, cases] of Object.entries(groups)) {
    describe(group, () => {
      for (const [chosen, header] of cases) {
        it(`${JSON.stringify(header)} gets ${chosen ?? 'nothing'}`, () => {
          assert.equal(negotiate(header, offers), chosen);
        });
      }
    });
  }

  it('matches a parameter that an offer has too', () => {
    const versions = ['application/json; profile=a', 'application/json; profile=b'];
    assert.equal(negotiate('application/json; profile=B', versions), versions[1]);
    assert.equal(negotiate('application/json; q=0.5, application/json; profile=b', versions), versions[1]);
  });

  it('has nothing to choose where nothing is offered', () => {
    assert.equal(negotiate(undefined, []), undefined);
    assert.equal(negotiate('*/*', []), undefined);
  });

  const part = fc.constantFrom(
    ...Array.from('/;,=".01* \t\\\u0000\u00ff'),
    'application',
    'json',
    'shoji+json',
    'q',
    'charset',
    'utf-8',
    '__proto__',
  );
  const anyHeader = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(part, { maxLength: 30 }).map((parts) => parts.join('')),
  );

  it('[H29] takes any text whatever without an error', () => {
    fc.assert(
      fc.property(anyHeader, (header) => {
        const chosen = negotiate(header, offers);
        assert.ok(chosen === undefined || offers.includes(chosen));
      }),
      { numRuns: 500 },
    );
  });

  it('reads a long hostile header as fast as a long honest one', () => {
    for (const piece of ['a/b;', ' ;', 'a/b; ;', ',', '"', 'a/b;c="', '\\"', '\t ', 'a/b;c=d']) {
      assert.doesNotThrow(() => negotiate(`a/b${piece.repeat(16_384)}\u0000`, offers), piece);
    }
  });

  describe('createNegotiation', () => {
    it('answers as negotiate does, the first time and again', () => {
      const negotiation = createNegotiation(offers);
      for (const [chosen, header] of Object.values(groups).flat()) {
        assert.equal(negotiation(header), chosen, header);
        assert.equal(negotiation(header), chosen, header);
      }
    });

    it('keeps answering rightly when more headers come than it remembers', () => {
      const negotiation = createNegotiation(offers);
      for (let round = 0; round < 2; round += 1) {
        for (let n = 0; n < 600; n += 1) {
          assert.equal(negotiation(`text/x-${n}, application/json;q=0.5`), JSON_TYPE);
          assert.equal(negotiation(`text/x-${n}`), undefined);
        }
      }
    });

    it('answers a header that is too long to remember', () => {
      const negotiation = createNegotiation(offers);
      const header = `${'text/html, '.repeat(100)}application/json`;
      assert.equal(negotiation(header), JSON_TYPE);
      assert.equal(negotiation(header), JSON_TYPE);
    });
  });
});

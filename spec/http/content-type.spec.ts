import assert from 'node:assert/strict';
import { isUtf8, readContentType } from '../../lib/http/media-types.js';
import type { ContentType } from '../../lib/http/media-types.js';

const cases: readonly [header: string | undefined, read: ContentType | undefined][] = [
  ['application/json', { type: 'application/json' }],
  ['Application/Shoji+JSON', { type: 'application/shoji+json' }],
  [' application/json ', { type: 'application/json' }],
  ['application/json;', { type: 'application/json' }],
  ['application/json; charset=utf-8', { type: 'application/json', charset: 'utf-8' }],
  ['application/json ;\tCharset="UTF-8"', { type: 'application/json', charset: 'UTF-8' }],
  ['application/json; a="x;charset=y"; charset=utf-8', { type: 'application/json', charset: 'utf-8' }],
  ['application/json; a="\\""', { type: 'application/json' }],
  ['application/json; charset=""', { type: 'application/json', charset: '' }],
  [undefined, undefined],
  ['', undefined],
  ['json', undefined],
  ['application/', undefined],
  ['/json', undefined],
  ['application/json/x', undefined],
  ['application /json', undefined],
  ['application/json, text/plain', undefined],
  ['application/json, application/json', undefined],
  ['application/json; charset', undefined],
  ['application/json; charset =utf-8', undefined],
  ['application/json; charset= utf-8', undefined],
  ['application/json; charset="utf-8', undefined],
  ['application/json; charset=utf-8 x', undefined],
  ['application/json\r\nX: y', undefined],
  ['application/json; a=\u20ac', undefined],
];

describe('http/content-type', () => {
  for (const [header, read] of cases) {
    it(`reads ${JSON.stringify(header)} as ${read ? JSON.stringify(read) : 'none'}`, () => {
      assert.deepEqual(readContentType(header), read);
    });
  }

  for (const charset of [undefined, 'utf-8', 'UTF-8', 'utf8']) {
    it(`takes the charset ${charset} for UTF-8`, () => assert.equal(isUtf8(charset), true));
  }

  for (const charset of ['', 'utf-16', 'iso-8859-1', 'utf-8 ', 'utf-88']) {
    it(`does not take the charset ${JSON.stringify(charset)} for UTF-8`, () => {
      assert.equal(isUtf8(charset), false);
    });
  }
});

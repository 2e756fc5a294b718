import assert from 'node:assert/strict';
import { joinField } from '../../lib/http/header-fields.js';

describe('http/field-lists', () => {
  const vary: readonly (readonly [before: string | string[], own: string, joined: string])[] = [
    ['Origin', 'Accept', 'Origin, Accept'],
    ['Origin,accept', 'Accept, Cookie', 'Origin, accept, Cookie'],
    [['Origin', 'Accept-Encoding'], 'Accept', 'Origin, Accept-Encoding, Accept'],
    ['Accept', 'Accept', 'Accept'],
    ['', 'Accept', 'Accept'],
    [' , Origin', 'Accept', 'Origin, Accept'],
    ['*', 'Accept', '*'],
    ['Origin, *', 'Accept', 'Origin, *'],
    ['not a list', 'Accept', 'Accept'],
  ];
  for (const [before, own, joined] of vary) {
    it(`[H36] a Vary of ${JSON.stringify(before)} and ${own} is ${joined}`, () => {
      assert.equal(joinField('vary', before, own), joined);
    });
  }

  const control: readonly (readonly [before: string, own: string, joined: string])[] = [
    ['public, max-age=60', 'no-cache', 'public, max-age=60'],
    ['no-store', 'no-cache', 'no-store'],
    ['private, max-age=60', 'private, no-cache', 'private, max-age=60'],
    ['no-store', 'private, no-cache', 'no-store'],
    ['NO-STORE', 'no-store', 'NO-STORE'],
    ['private', 'no-store', 'no-store, private'],
    ['public, max-age=60', 'private, no-cache', 'private, no-cache'],
    ['max-age=60, no-transform', 'private, no-cache', 'private, no-cache, no-transform'],
    ['private="Set-Cookie"', 'private, no-cache', 'private, no-cache'],
    ['no-cache', 'private, no-cache', 'private, no-cache'],
    ['public, max-age=3600, must-revalidate', 'no-store', 'no-store, must-revalidate'],
    ['S-MaxAge=60, immutable, stale-if-error=5, stale-while-revalidate=5', 'no-store', 'no-store'],
    ['max age', 'no-store', 'no-store'],
    ['', 'no-store', 'no-store'],
  ];
  for (const [before, own, joined] of control) {
    it(`[H36] [H37] a Cache-Control of ${JSON.stringify(before)} where ${own} is needed is ${joined}`, () => {
      assert.equal(joinField('cache-control', before, own), joined);
    });
  }

  it('adds values of fields that are not looked into, each once', () => {
    assert.deepEqual(joinField('link', '</a>; rel=a', '</b>; rel=b'), ['</a>; rel=a', '</b>; rel=b']);
    assert.deepEqual(joinField('www-authenticate', ['Basic'], 'Basic'), ['Basic']);
  });

  it('leaves all other fields to the later part', () => {
    assert.equal(joinField('content-type', 'text/html', 'application/json'), 'application/json');
    assert.equal(joinField('allow', 'GET', 'GET, PUT'), 'GET, PUT');
    assert.equal(joinField('retry-after', 5, '1'), '1');
    assert.equal(joinField('vary', undefined, 'Accept'), 'Accept');
  });
});

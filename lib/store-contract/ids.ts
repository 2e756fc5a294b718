import assert from 'node:assert/strict';
import { create, createAll, idsIn, names, notesOf, numbers, refuses, remove, things } from './fixtures.js';
import type { Test } from './fixtures.js';

const LARGEST = String(Number.MAX_SAFE_INTEGER);

/** Ids of the kinds that people think of last. */
const ODD_NAMES = (
  'a/b|/|.|..| |a b|%2F|%|"|\'|\\|\u0001|\n|\u007f|:|?x=1#y|__proto__|constructor|null|0|007|-1|É|E\u0301|中|' +
  `\u{1f600}|${'x'.repeat(255)}|${'é'.repeat(127)}|${'中'.repeat(85)}|${'\u{1f600}'.repeat(63)}xyz`
).split('|');

export function ids(test: Test): void {
  test('gives UUIDs of version 7 in ascending order', async (store) => {
    const given: string[] = [];
    for (let n = 0; n < 20; n += 1) given.push((await create(store, things)).id);
    const batch = Array.from({ length: 50 }, () => ({ do: 'create', key: things, body: {} }) as const);
    for (const entity of await store.write(batch)) given.push(entity?.id ?? '');
    for (const id of given)
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.deepEqual(given, [...new Set(given)].toSorted());
    assert.deepEqual(await idsIn(store, things), given);
  });

  test('takes a UUID of any version', async (store) => {
    for (const id of [
      '00000000-0000-0000-0000-000000000000',
      'c232ab00-9414-11ec-b3c8-9f6bdeced846',
      '919108f7-52d1-4320-9bac-f847db4148a8',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
    ]) {
      assert.equal((await create(store, things, {}, id)).id, id);
    }
  });

  for (const id of [
    '',
    'x',
    '1',
    '919108f752d143209bacf847db4148a8',
    '919108F7-52D1-4320-9BAC-F847DB4148A8',
  ]) {
    test(`does not take ${JSON.stringify(id)} for a UUID`, (store) =>
      refuses(store, 'bad-id', [{ do: 'create', key: things, id, body: {} }]));
  }

  test('counts integers up from 1', async (store) => {
    for (const id of ['1', '2', '3']) assert.equal((await create(store, numbers)).id, id);
  });

  test('never gives an integer twice, though its entity be gone', async (store) => {
    await create(store, numbers);
    await create(store, numbers);
    await remove(store, numbers, '2');
    assert.equal((await create(store, numbers)).id, '3');
    await remove(store, numbers, '1');
    await remove(store, numbers, '3');
    assert.equal((await create(store, numbers)).id, '4');
  });

  test('counts on from the largest integer that a client gave', async (store) => {
    await createAll(store, numbers, ['10', '5', '0']);
    assert.equal((await create(store, numbers)).id, '11');
    await remove(store, numbers, '11');
    await remove(store, numbers, '10');
    assert.equal((await create(store, numbers)).id, '12');
  });

  test('counts integers in each collection by itself', async (store) => {
    await createAll(store, names, ['a', 'b']);
    assert.equal((await create(store, notesOf('a'))).id, '1');
    assert.equal((await create(store, notesOf('a'))).id, '2');
    assert.equal((await create(store, notesOf('b'))).id, '1');
  });

  for (const id of ['', '007', '00', '-1', '+1', '1.0', '1e3', ' 1', '1 ', '٣', 'x', '9007199254740992']) {
    test(`does not take ${JSON.stringify(id)} for an integer`, (store) =>
      refuses(store, 'bad-id', [{ do: 'create', key: numbers, id, body: {} }]));
  }

  test('says so when no integer is left', async (store) => {
    assert.equal((await create(store, numbers, {}, LARGEST)).id, LARGEST);
    await refuses(store, 'bad-id', [{ do: 'create', key: numbers, body: {} }]);
    assert.equal((await create(store, numbers, {}, '7')).id, '7');
  });

  test('takes any text that a client chooses', async (store) => {
    for (const id of ODD_NAMES) assert.equal((await create(store, names, { id }, id)).id, id);
    for (const id of ODD_NAMES) assert.deepEqual((await store.get(names, id))?.body, { id });
    assert.deepEqual(new Set(await idsIn(store, names)), new Set(ODD_NAMES));
  });

  test('does not choose for the client', (store) =>
    refuses(store, 'bad-id', [{ do: 'create', key: names, body: {} }]));

  const tooLong = ['x'.repeat(256), 'é'.repeat(128), '中'.repeat(85) + 'x', '\u{1f600}'.repeat(64)];
  for (const id of ['', 'a\u0000', '\ud800', '\udc00x', ...tooLong]) {
    test(`does not take ${JSON.stringify(id).slice(0, 20)} (${id.length}) from a client`, (store) =>
      refuses(store, 'bad-id', [{ do: 'create', key: names, id, body: {} }]));
  }

  test('does not create under an id that is taken', async (store) => {
    await create(store, names, { kept: true }, 'a');
    await refuses(store, 'exists', [{ do: 'create', key: names, id: 'a', body: {} }]);
    assert.deepEqual((await store.get(names, 'a'))?.body, { kept: true });
  });

  test('creates again under an id that was given up', async (store) => {
    await create(store, names, { n: 1 }, 'a');
    await remove(store, names, 'a');
    await create(store, names, { n: 2 }, 'a');
    assert.deepEqual((await store.get(names, 'a'))?.body, { n: 2 });
    assert.deepEqual(await idsIn(store, names), ['a']);
  });

  test('finds an entity by its id exactly', async (store) => {
    await createAll(store, names, ['a']);
    await createAll(store, numbers, ['1']);
    for (const id of ['A', 'a ', '', 'a/', 'a\0', 'x'.repeat(300)])
      assert.equal(await store.get(names, id), undefined, id);
    for (const id of ['01', '1.0', ' 1', '', 'x', '99999999999999999999']) {
      assert.equal(await store.get(numbers, id), undefined, id);
    }
    for (const id of ['x', '', '1']) assert.equal(await store.get(things, id), undefined, id);
  });
}

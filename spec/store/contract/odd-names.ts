import assert from 'node:assert/strict';
import type { JsonObject } from '../../../lib/protocol/documents.js';
import { create, idsIn, odd, oddMembers, oddPlan, refuses, type Test } from './ground.js';

/** A body that has all of the members, each with a value of its own. */
function bodyOf(text: string): JsonObject {
  return Object.fromEntries(oddMembers.map((name, index) => [name, `${text}${index}`]));
}

export function oddNames(test: Test): void {
  test(
    'sorts by members of any name',
    async (store) => {
      for (const [index, name] of oddMembers.entries()) {
        await create(store, odd, { ...bodyOf(`m${index}.`), [name]: 'a' }, `first by ${index}`);
      }
      for (const [index, member] of oddMembers.entries()) {
        const [first] = await idsIn(store, odd, { order: { member } });
        assert.equal(first, `first by ${index}`, member);
      }
    },
    [oddPlan],
  );

  test(
    'searches by members of any name',
    async (store) => {
      await create(store, odd, bodyOf('x'), 'x');
      await create(store, odd, bodyOf('y'), 'y');
      for (const [index, name] of oddMembers.entries()) {
        assert.deepEqual(await idsIn(store, odd, { where: { [name]: `y${index}` } }), ['y'], name);
        assert.equal(await store.count(odd, { where: { [name]: `y${index + 1}` } }), 0, name);
      }
    },
    [oddPlan],
  );

  test(
    'keeps members of any name unique, and names them',
    async (store) => {
      await create(store, odd, bodyOf('x'), 'x');
      for (const [index, name] of oddMembers.entries()) {
        const body = { ...bodyOf('y'), [name]: `x${index}` };
        const { members } = await refuses(store, 'unique', [{ do: 'create', key: odd, id: 'y', body }]);
        assert.deepEqual(members, [name]);
      }
      await create(store, odd, bodyOf('y'), 'y');
    },
    [oddPlan],
  );
}

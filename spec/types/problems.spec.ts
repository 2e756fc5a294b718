import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { ProblemError, defineProblem } from '../../lib/index.js';

const OutOfStock = defineProblem('out-of-stock', {
  status: 409,
  title: 'Out of stock',
  meaning: 'There are fewer left than were ordered.',
  members: Type.Object({ left: Type.Integer(), until: Type.Optional(Type.String()) }),
});
const Plain = defineProblem('plain', {
  status: 409,
  title: 'Plain',
  meaning: 'As a plain schema.',
  members: { type: 'object', properties: { left: { type: 'integer' } }, required: ['left'] },
});
const Closed = defineProblem('closed', { status: 503, title: 'Closed', meaning: 'At night.' });

describe('types: problems', () => {
  it('have the members that their type defines', () => {
    assert.deepEqual(new ProblemError(OutOfStock, { members: { left: 3 } }).members, { left: 3 });
    assert.deepEqual(new ProblemError(Plain, { members: { left: 3 } }).members, { left: 3 });
    assert.equal(new ProblemError(Closed).members, undefined);
    assert.equal(new ProblemError(Closed, { headers: { 'Retry-After': '60' } }).status, 503);
    // @ts-expect-error: left is required
    assert.ok(new ProblemError(OutOfStock, { members: { until: 'noon' } }));
    // @ts-expect-error: members are required
    assert.ok(new ProblemError(OutOfStock));
    // @ts-expect-error: left is a number
    assert.ok(new ProblemError(OutOfStock, { members: { left: 'three' } }));
    // @ts-expect-error: left is a number in a plain schema too
    assert.ok(new ProblemError(Plain, { members: { left: 'three' } }));
    // @ts-expect-error: lefft is none of them
    assert.ok(new ProblemError(OutOfStock, { members: { left: 3, lefft: 3 } }));
    // @ts-expect-error: there are none
    assert.throws(() => new ProblemError(Closed, { members: { left: 3 } }), /"closed" has no members/);
    // @ts-expect-error: there are none in what the framework knows
    assert.throws(() => new ProblemError('conflict', { members: { left: 3 } }), /"conflict" has no members/);
  });

  it('are of a type that is known', () => {
    // @ts-expect-error: no such name
    assert.throws(() => new ProblemError('rate-limited'), TypeError);
    // @ts-expect-error: no definition
    assert.throws(() => new ProblemError({ name: 'x', status: 409, title: 'X', meaning: 'X.' }), TypeError);
  });

  it('are recognised by their class, with what is known of each', () => {
    const caught: unknown = new ProblemError(OutOfStock, { members: { left: 3 } });
    assert.ok(caught instanceof ProblemError);
    const { type, members }: { type: string; members?: Readonly<Record<string, unknown>> } = caught;
    assert.deepEqual([type, members], ['out-of-stock', { left: 3 }]);
  });
});

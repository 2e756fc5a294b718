import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { memberTypeOf } from '../../lib/resource/schema.js';
import type { Keywords } from '../../lib/resource/schema.js';
import type { MemberType } from '../../lib/store/store.js';

describe('resource/json-types: what a member holds', () => {
  const cases: readonly [MemberType, string, object][] = [
    ['string', 'a string', Type.String()],
    ['number', 'an integer', Type.Integer()],
    ['number', 'a number', Type.Number()],
    ['number', 'a number or integer', { type: ['number', 'integer'] }],
    ['boolean', 'a boolean', Type.Boolean()],
    ['string', 'a string or null', { type: ['string', 'null'] }],
    ['number', 'alternatives of one type', { anyOf: [{ type: 'integer' }, { type: 'null' }] }],
    ['string', 'TypeBox’s alternatives', Type.Union([Type.Literal('new'), Type.Literal('used')])],
    ['string', 'an enumeration', { enum: ['new', 'used', null] }],
    ['boolean', 'a constant', { const: true }],
    ['json', 'null alone', { type: 'null' }],
    ['json', 'anything', {}],
    ['json', 'a string or a number', { type: ['string', 'number'] }],
    ['json', 'a mixed enumeration', { enum: [1, 'one'] }],
    ['json', 'a list', Type.Array(Type.String())],
    ['json', 'an object', { const: {} }],
    ['json', 'alternatives of which one may be anything', { oneOf: [{ type: 'string' }, {}] }],
    ['json', 'alternatives of which one is true', { anyOf: [{ type: 'string' }, true] }],
    ['json', 'a reference', { $ref: '#/$defs/name' }],
  ];
  for (const [type, what, schema] of cases) {
    it(`${what}: ${type}`, () => assert.equal(memberTypeOf(schema as Keywords), type));
  }
});

import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { BodySchema, readOnlyPaths, writableSchema } from '../../lib/declaration/body-schema.js';
import { Findings } from '../../lib/declaration/declaration-findings.js';
import { SchemaCompiler } from '../../lib/declaration/schema-compiler.js';
import type { Keywords } from '../../lib/resource/schema.js';

const declared = Type.Object(
  {
    name: Type.String(),
    note: Type.Optional(Type.String()),
    made: Type.String({ readOnly: true }),
    'a/b~c': Type.Optional(Type.String({ readOnly: true })),
    meta: Type.Object({ by: Type.String({ readOnly: true }), why: Type.String() }),
    audit: Type.Optional(Type.Object({ log: Type.Object({ at: Type.Integer({ readOnly: true }) }) })),
  },
  { additionalProperties: false },
) as unknown as Keywords;

function bodySchema(schema: Keywords): BodySchema {
  const compiled = new SchemaCompiler(new Findings()).compile(writableSchema(schema), { class: 'Test' });
  assert.ok(compiled !== undefined);
  return new BodySchema(schema, compiled);
}

describe('resource/body-schema', () => {
  const schema = bodySchema(declared);
  const sent = { name: 'x', meta: { why: 'y' } };

  it('knows its members', () => {
    assert.deepEqual([...schema.members], ['name', 'note', 'made', 'a/b~c', 'meta', 'audit']);
    assert.deepEqual([...schema.required], ['name', 'made', 'meta']);
    assert.equal(schema.isReadOnly('made'), true);
    assert.equal(schema.isReadOnly('meta'), false);
    assert.equal(schema.isReadOnly('by'), false);
  });

  it('finds what is read-only, however deep', () => {
    assert.deepEqual(readOnlyPaths(declared), [['made'], ['a/b~c'], ['meta', 'by'], ['audit', 'log', 'at']]);
    assert.deepEqual(readOnlyPaths({ properties: { a: null, b: true } }), []);
  });

  it('does not ask a client for what is read-only', () => {
    assert.deepEqual(schema.errors(sent), []);
  });

  it('refuses what is read-only where a client sends it', () => {
    const body = { ...sent, made: 'now', 'a/b~c': '1', meta: { why: 'y', by: 'me' } };
    assert.deepEqual(
      schema.errors(body).map(({ pointer, rule }) => [pointer, rule]),
      [
        ['/body/made', 'read-only'],
        ['/body/a~1b~0c', 'read-only'],
        ['/body/meta/by', 'read-only'],
      ],
    );
    assert.equal(schema.readOnlyErrors(body).length, 3);
  });

  it('advises to send back what is served only where something is', () => {
    const messages = (current?: object) =>
      schema
        .readOnlyErrors({ made: 'now' }, '/body', current as Record<string, unknown> | undefined)
        .map(({ message }) => message);
    assert.deepEqual(messages(), ['is read-only: the server writes it; leave it away']);
    assert.deepEqual(messages({ made: 'then' }), [
      'is read-only: the server writes it; leave it away, or send it as it is served',
    ]);
  });

  it('tells what the schema has against a body', () => {
    assert.deepEqual(
      schema
        .errors({ name: 5, extra: 1, meta: {} })
        .map(({ pointer, rule }) => [pointer, rule])
        .toSorted(([a = ''], [b = '']) => a.localeCompare(b)),
      [
        ['/body/extra', 'additionalProperties'],
        ['/body/meta/why', 'required'],
        ['/body/name', 'type'],
      ],
    );
    for (const body of [null, [], 'x', 5])
      assert.deepEqual(
        schema.errors(body).map(({ rule }) => rule),
        ['type'],
      );
  });

  it('tells at most twenty things', () => {
    const body = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`extra${index}`, 1]));
    assert.equal(schema.errors({ ...sent, ...body }).length, 20);
  });

  it('takes what is read-only out of a body, and leaves the body as it was', () => {
    const body = Object.freeze({
      ...sent,
      made: 'now',
      meta: Object.freeze({ by: 'me', why: 'y' }),
      audit: 'odd',
    });
    assert.deepEqual(schema.withoutReadOnly(body), { ...sent, audit: 'odd' });
    assert.equal(body.made, 'now');
  });

  it('puts what was read-only into a new body, wherever there is a place for it', () => {
    const old = { name: 'x', made: 'then', meta: { by: 'me', why: 'y' }, audit: { log: { at: 1 } } };
    assert.deepEqual(schema.keepReadOnly({ name: 'z', meta: { why: 'w' } }, old), {
      name: 'z',
      made: 'then',
      meta: { by: 'me', why: 'w' },
    });
    assert.deepEqual(schema.keepReadOnly({ name: 'z', audit: { log: {} } }, old), {
      name: 'z',
      made: 'then',
      audit: { log: { at: 1 } },
    });
    assert.deepEqual(schema.keepReadOnly(sent, {}), sent);
  });

  it('leaves schemas that need no change as they are', () => {
    assert.deepEqual(writableSchema({ type: 'object' }), { type: 'object' });
    assert.deepEqual(writableSchema({ type: 'object', properties: { a: true } }), {
      type: 'object',
      properties: { a: true },
    });
  });
});

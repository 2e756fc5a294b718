import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { corpusFolder } from '../corpus.js';
import { assertProblem } from './problems.js';
import type { Answered } from './problems.js';
import { raw, requestText } from './raw.js';
import { serving } from './serve.js';
import { ADA, entity, shop } from './shop.js';

/** Files that are JSON and that a rule of this server's own refuses. */
const POLICY: Readonly<
  Record<string, { readonly rule: string; readonly name: 'duplicate-name' | 'forbidden-character' }>
> = {
  'y_object_duplicated_key.json': { rule: '[H7]', name: 'duplicate-name' },
  'y_object_duplicated_key_and_value.json': { rule: '[H7]', name: 'duplicate-name' },
  'y_object_escaped_null_in_key.json': { rule: '[H13]', name: 'forbidden-character' },
  'y_string_null_escape.json': { rule: '[H13]', name: 'forbidden-character' },
};

/** Files that JSON leaves to its reader, and that this one reads; every other one of them it refuses. */
const READ: readonly string[] = ['i_structure_UTF-8_BOM_empty_object.json'];

/** Texts that are JSON: they need no corpus. */
const ACCEPTED: readonly string[] = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1.5e+3',
  '1E22',
  '""',
  '"\\u0041\\/\\b\\f\\n\\r\\t\\"\\\\"',
  '"\u007f"',
  '"\\ud83d\\ude39"',
  '[]',
  '[[]   ]',
  '[ "a" , 1 ]',
  '{}',
  '{"":0}',
  '{"a":{"b":[{}]}}',
  '\t\r\n [1] \n',
  '"\u2028"',
  '[1,null,null,2]',
];

/** And as texts that are none. */
const REFUSED: readonly string[] = [
  '[',
  ']',
  '[1',
  '[1,',
  '[,1]',
  '[1,,2]',
  '[1 true]',
  '["a"',
  "['a']",
  '[1]x',
  '[1]]',
  '{',
  '{"a"}',
  '{"a":}',
  '{"a",1}',
  '{"a":1,}',
  '{a:1}',
  '{1:1}',
  '{"a":1 "b":2}',
  '01',
  '+1',
  '.5',
  '1.',
  '1e',
  '1e+',
  '-',
  '0x10',
  '1_000',
  'Infinity',
  'nul',
  'True',
  '"',
  '"\t"',
  '"\n"',
  '"\\x41"',
  '"\\u12"',
  '"\\',
  '"a\u0000b"',
  '[1]//',
  '/**/[1]',
  '\u00a0[1]',
  '\u2060[]',
];

describe('[H19] any JSON text', () => {
  const serve = serving();

  const fieldsFor = (bytes: Uint8Array) => [
    'Content-Type: application/json',
    `Content-Length: ${bytes.length}`,
  ];

  /** Sends the bytes to everything that reads JSON: a document, a fragment and a view that take any value. */
  async function send(
    bytes: Uint8Array,
  ): Promise<{ document: Answered; fragment: Answered; view: Answered }> {
    const { port } = await serve(shop());
    const write = (line: string, body: Uint8Array) =>
      raw(port, (socket) => {
        socket.write(requestText(line, fieldsFor(body)));
        socket.write(body);
      });
    await write('POST /customers/', Buffer.from(JSON.stringify(entity(ADA))));
    return {
      document: await write('POST /customers/', bytes),
      fragment: await write('PUT /customers/1/anything', bytes),
      view: await write('PUT /customers/settings', bytes),
    };
  }

  function assertRead(
    { document, fragment, view }: Awaited<ReturnType<typeof send>>,
    bytes: Uint8Array,
  ): void {
    const value: unknown = JSON.parse(
      Buffer.from(bytes)
        .toString()
        .replace(/^\uFEFF/, ''),
    );
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    assertProblem(document, 422, isObject ? 'invalid-document' : 'not-a-document');
    for (const answer of [fragment, view]) {
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.text, JSON.stringify(value));
    }
  }

  function assertRefused(answers: Awaited<ReturnType<typeof send>>): void {
    for (const answer of Object.values(answers)) {
      const { type } = JSON.parse(answer.text);
      assertProblem(answer, 400, type.slice('/problems/'.length));
    }
  }

  for (const text of ACCEPTED) {
    it(`[H19] ${JSON.stringify(text)} is read`, async () => {
      const bytes = Buffer.from(text);
      assertRead(await send(bytes), bytes);
    });
  }

  for (const text of REFUSED) {
    it(`[H19] ${JSON.stringify(text)} is not`, async () => {
      for (const answer of Object.values(await send(Buffer.from(text))))
        assertProblem(answer, 400, 'malformed-json');
    });
  }

  const folder = corpusFolder('jsontestsuite');
  if (folder === undefined) {
    it('[H19] JSONTestSuite cannot be run: shared/corpus/jsontestsuite is not beside the project', function () {
      this.skip();
    });
    return;
  }

  const files = readdirSync(folder).filter((file) => /^[iny]_.*\.json$/.test(file));

  it('[H19] JSONTestSuite is there', () => {
    for (const kind of ['i_', 'n_', 'y_'])
      assert.ok(files.filter((file) => file.startsWith(kind)).length > 10, kind);
  });

  for (const file of files) {
    const bytes = readFileSync(join(folder, file));
    const policy = POLICY[file];
    if (policy !== undefined) {
      it(`[H19] ${file} is refused, for ${policy.rule} says so`, async () => {
        for (const answer of Object.values(await send(bytes))) assertProblem(answer, 400, policy.name);
      });
    } else if (file.startsWith('y_') || READ.includes(file)) {
      it(`[H19] ${file} is read`, async () => assertRead(await send(bytes), bytes));
    } else {
      it(`[H19] ${file} is refused`, async () => assertRefused(await send(bytes)));
    }
  }
});

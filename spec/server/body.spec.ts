import assert from 'node:assert/strict';
import request from 'supertest';
import { assertProblem } from './problems.js';
import { raw, requestText } from './raw.js';
import { serving } from './serve.js';
import { ADA, entity, shop } from './shop.js';

const TYPES = 'application/shoji+json, application/shoji, application/json';
const ADA_TEXT = JSON.stringify(entity(ADA));

/** A document with one extra member in its body, of which the JSON text is given. */
const withAnything = (json: string) => ADA_TEXT.replace('"visits"', `"anything":${json},"visits"`);

describe('a body', () => {
  const serve = serving();

  /** Posts text or bytes as they are, and says how many customers there are then. */
  async function post(body: string | Buffer, type = 'application/shoji+json') {
    const { origin } = await serve(shop());
    // superagent would turn a Buffer of a JSON type into JSON, unless told to leave it.
    const answer = await request(origin)
      .post('/customers/')
      .set('Content-Type', type)
      .serialize((given: unknown) => given as string)
      .send(body);
    const list = await request(origin).get('/customers/');
    return { answer, kept: JSON.parse(list.text).entities.length as number };
  }

  async function refused(
    body: string | Buffer,
    status: number,
    name: Parameters<typeof assertProblem>[2],
    type?: string,
  ) {
    const { answer, kept } = await post(body, type);
    assert.equal(kept, 0);
    return {
      problem: assertProblem(answer, status, name),
      headers: answer.headers as Record<string, string | undefined>,
    };
  }

  describe('malformed JSON', () => {
    it('[H1] is refused with the line and the column of the mistake', async () => {
      const { problem } = await refused('{\n  "element": oops\n}', 400, 'malformed-json');
      assert.match(problem.detail ?? '', /^Line 2, column 14: /);
    });

    for (const text of [
      '{',
      '[1,]',
      "{'a':1}",
      '{"a":1}}',
      'NaN',
      '// none\n{}',
      '{"a":01}',
      ADA_TEXT.slice(0, -1),
    ]) {
      it(`[H1] is refused: ${text}`, async () => {
        const { problem } = await refused(text, 400, 'malformed-json');
        assert.match(problem.detail ?? '', /^Line \d+, column \d+: /);
      });
    }
  });

  describe('that is empty', () => {
    it('[H2] is refused, with a Content-Length of 0', async () => {
      const { port } = await serve(shop());
      const fields = ['Content-Type: application/json', 'Content-Length: 0'];
      assertProblem(await raw(port, requestText('POST /customers/', fields)), 400, 'empty-body');
    });

    it('[H2] is refused, without any length', async () => {
      const { port } = await serve(shop());
      assertProblem(
        await raw(port, requestText('POST /customers/', ['Content-Type: application/json'])),
        400,
        'empty-body',
      );
    });

    it('[H2] is refused, in chunks', async () => {
      const { port } = await serve(shop());
      const fields = ['Content-Type: application/json', 'Transfer-Encoding: chunked'];
      assertProblem(await raw(port, requestText('POST /customers/', fields, '0\r\n\r\n')), 400, 'empty-body');
    });

    it('[H2] is refused, of white space alone', async () => {
      await refused(' \r\n\t', 400, 'empty-body');
    });
  });

  describe('that is a value where a document is wanted', () => {
    for (const text of ['[]', '[1]', '"text"', '42', 'true', 'null']) {
      it(`[H3] is refused: ${text}`, async () => {
        await refused(text, 422, 'not-a-document');
      });
    }
  });

  describe('with a byte order mark', () => {
    it('[H4] is read without the mark, which is never sent', async () => {
      const { answer, kept } = await post(`\uFEFF${ADA_TEXT}`);
      assert.equal(answer.status, 201);
      assert.equal(kept, 1);
      assert.ok(!answer.text.includes('\uFEFF'));
    });

    it('[H4] is refused where there are two of them', async () => {
      await refused(`\uFEFF\uFEFF${ADA_TEXT}`, 400, 'malformed-json');
    });
  });

  describe('with a charset', () => {
    for (const charset of ['utf-8', 'UTF-8', '"utf-8"', 'utf8']) {
      it(`[H5] of ${charset} is read`, async () => {
        const { answer } = await post(ADA_TEXT, `application/json; charset=${charset}`);
        assert.equal(answer.status, 201);
      });
    }

    for (const charset of ['iso-8859-1', 'utf-16', 'us-ascii', '']) {
      it(`[H5] of ${JSON.stringify(charset)} is refused`, async () => {
        const { headers } = await refused(
          ADA_TEXT,
          415,
          'unsupported-media-type',
          `application/json; charset="${charset}"`,
        );
        assert.equal(headers['accept-post'], TYPES);
      });
    }
  });

  describe('of bytes that are no UTF-8', () => {
    const bad: Readonly<Record<string, readonly number[]>> = {
      'a lone continuation byte': [0x80],
      'a sequence cut short': [0xe2, 0x82],
      'an overlong slash': [0xc0, 0xaf],
      'a surrogate': [0xed, 0xa0, 0x80],
      'past U+10FFFF': [0xf4, 0x90, 0x80, 0x80],
      'Latin-1': [0xe9],
    };
    for (const [what, bytes] of Object.entries(bad)) {
      it(`[H6] is refused: ${what}`, async () => {
        const [before = '', after = ''] = withAnything('"#"').split('#');
        await refused(
          Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]),
          400,
          'invalid-utf8',
        );
      });
    }

    it('[H6] is told from UTF-8, all of which comes back as it was', async () => {
      const text = 'é ß 日本 👩‍🚀 \uFFFD \u2028';
      const { answer } = await post(withAnything(JSON.stringify(text)));
      assert.equal(answer.status, 201);
      assert.equal(JSON.parse(answer.text).body.anything, text);
    });
  });

  describe('with a name given twice', () => {
    it('[H7] is refused, at the top', async () => {
      const { problem } = await refused(
        ADA_TEXT.replace('{', '{"element":"shoji:entity",'),
        400,
        'duplicate-name',
      );
      assert.equal(problem.errors?.[0]?.pointer, '/element');
    });

    it('[H7] is refused, at any depth', async () => {
      const { problem } = await refused(withAnything('[{"a/b":1,"a/b":1}]'), 400, 'duplicate-name');
      assert.equal(problem.errors?.[0]?.pointer, '/body/anything/0/a~1b');
    });

    it('[H7] is refused, where the name is spelt with escapes once', async () => {
      const { problem } = await refused(withAnything(String.raw`{"a":1,"\u0061":2}`), 400, 'duplicate-name');
      assert.equal(problem.errors?.[0]?.pointer, '/body/anything/a');
    });
  });

  describe('with a name that programs trip over', () => {
    for (const json of [
      '{"__proto__":{"admin":true}}',
      String.raw`{"__pr\u006fto__":1}`,
      '[[{"__proto__":null}]]',
      '{"constructor":{"prototype":{"admin":true}}}',
    ]) {
      it(`[H8] is refused: ${json}`, async () => {
        const { problem } = await refused(withAnything(json), 400, 'forbidden-name');
        assert.match(problem.errors?.[0]?.pointer ?? '', /^\/body\/anything\//);
        assert.equal(({} as Record<string, unknown>)['admin'], undefined);
      });
    }

    it('[H8] is read where "constructor" has no "prototype" inside', async () => {
      const { answer } = await post(withAnything('{"constructor":"ACME","prototype":1,"toString":2}'));
      assert.equal(answer.status, 201);
      assert.deepEqual(JSON.parse(answer.text).body.anything, {
        constructor: 'ACME',
        prototype: 1,
        toString: 2,
      });
    });
  });

  describe('with arrays and objects within each other', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

    // The document and its body are two of the levels.
    it('[H11] is read where they are 128 deep', async () => {
      assert.equal((await post(withAnything(nested(126)))).answer.status, 201);
    });

    it('[H11] is refused where they are 129 deep', async () => {
      await refused(withAnything(nested(127)), 400, 'too-deep');
    });

    it('[H11] is refused where they are 100,000 deep', async () => {
      await refused(withAnything(nested(100_000)), 400, 'too-deep');
    });

    it('[H11] is malformed where they never end', async () => {
      await refused('{"a":'.repeat(100_000), 400, 'malformed-json');
    });
  });

  describe('with a number that would be rounded', () => {
    for (const json of [
      '1e400',
      '-1e400',
      '9007199254740993',
      '-9007199254740993',
      '1e-400',
      '123456789012345678901',
      '9007199254740993.0',
      '1152921504606846976',
      '1.2345678901234567891e19',
    ]) {
      it(`[H12] is refused: ${json}`, async () => {
        const { problem } = await refused(withAnything(json), 400, 'number-range');
        assert.equal(problem.errors?.[0]?.pointer, '/body/anything');
      });
    }

    for (const json of ['9007199254740992', '0.1', '1e308', '-0', '1E+2', '5e-324']) {
      it(`[H12] is told from ${json}, which is kept`, async () => {
        const { answer } = await post(withAnything(json));
        assert.equal(answer.status, 201);
        assert.equal(JSON.parse(answer.text).body.anything, Number(json) === 0 ? 0 : Number(json));
      });
    }
  });

  describe('with a character that not every store can keep', () => {
    for (const json of [
      String.raw`"\ud800"`,
      String.raw`"\udc00\ud800"`,
      String.raw`"a\u0000b"`,
      String.raw`{"\u0000":1}`,
      String.raw`{"\udfff":1}`,
    ]) {
      it(`[H13] is refused: ${json}`, async () => {
        const { problem } = await refused(withAnything(json), 400, 'forbidden-character');
        assert.match(problem.errors?.[0]?.pointer ?? '', /^\/body\/anything/);
      });
    }

    it('[H13] is told from a whole surrogate pair, which is kept', async () => {
      const { answer } = await post(withAnything(String.raw`"\ud83d\ude80"`));
      assert.equal(JSON.parse(answer.text).body.anything, '🚀');
    });
  });

  describe('of a type that is not read', () => {
    for (const type of [
      'text/plain',
      'application/xml',
      'application',
      'a b/c',
      'application/json;charset',
      'multipart/form-data; boundary=x',
    ]) {
      it(`[H14] is refused on POST: ${type}`, async () => {
        const { headers } = await refused(ADA_TEXT, 415, 'unsupported-media-type', type);
        assert.equal(headers['accept-post'], TYPES);
      });
    }

    it('[H14] is refused where there is no Content-Type at all', async () => {
      const { port } = await serve(shop());
      const answer = await raw(
        port,
        requestText('POST /customers/', [`Content-Length: ${ADA_TEXT.length}`], ADA_TEXT),
      );
      assertProblem(answer, 415, 'unsupported-media-type');
      assert.equal(answer.headers['accept-post'], TYPES);
    });

    it('[H14] is refused on PATCH and on PUT', async () => {
      const { origin } = await serve(shop());
      await request(origin).post('/customers/').send(entity(ADA)).expect(201);
      const patched = await request(origin)
        .patch('/customers/1/')
        .set('Content-Type', 'text/csv')
        .send('a,b');
      assertProblem(patched, 415, 'unsupported-media-type');
      assert.equal(
        patched.headers['accept-patch'],
        `${TYPES}, application/merge-patch+json, application/json-patch+json`,
      );
      const several = await request(origin)
        .patch('/customers/')
        .type('application/json-patch+json')
        .send('[]');
      assertProblem(several, 415, 'unsupported-media-type');
      assert.equal(several.headers['accept-patch'], TYPES);
      const put = await request(origin).put('/customers/1/').set('Content-Type', 'text/csv').send('a,b');
      assertProblem(put, 415, 'unsupported-media-type');
      assert.equal(put.headers['accept'], TYPES);
    });

    for (const type of TYPES.split(', ')) {
      it(`[H14] is told from ${type}, which is read`, async () => {
        assert.equal((await post(ADA_TEXT, type)).answer.status, 201);
      });
    }
  });
});

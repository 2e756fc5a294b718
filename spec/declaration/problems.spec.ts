import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Catalog, DeclarationError, Entity, defineProblem, shoji } from '../../lib/index.js';
import type { ShojiOptions } from '../../lib/index.js';

class Thing extends Entity.of({ body: Type.Object({}) }) {}
class Things extends Catalog.of(Thing, { iri: 'things/' }) {}

const GOOD = { status: 409, title: 'Out of stock', meaning: 'There are too few.' };

function refused(act: () => unknown, ...messages: readonly RegExp[]): void {
  assert.throws(act, (error) => {
    assert.ok(error instanceof DeclarationError);
    assert.equal(error.findings.length, messages.length, error.message);
    for (const message of messages) assert.match(error.message, message);
    return true;
  });
}

describe('declaration: types of problems', () => {
  it('are made of a name, a status, a title and a meaning', () => {
    const { name, status, title, meaning } = defineProblem('out-of-stock', GOOD);
    assert.deepEqual({ name, status, title, meaning }, { name: 'out-of-stock', ...GOOD });
  });

  for (const name of ['', '.', '..', 'a/b', 'out of stock', 'é', 'a?b', 'a%20b', 7, undefined]) {
    it(`have no name such as ${JSON.stringify(name)}`, () =>
      refused(() => defineProblem(name as string, GOOD), /the name is one segment of a path, such as/));
  }

  it('have no name that is taken by the framework', () =>
    refused(
      () => defineProblem('not-found', GOOD),
      /defineProblem\(\)\["not-found"\]: is the name of a type/,
    ));

  for (const status of [200, 399, 600, 409.5, '409', undefined]) {
    it(`have no status such as ${JSON.stringify(status)}`, () =>
      refused(
        () => defineProblem('x', { ...GOOD, status: status as number }),
        /defineProblem\(\)\.status\["x"\]: must be a status code from 400 to 599; found/,
      ));
  }

  it('say everything that is wrong at once', () =>
    refused(
      () => defineProblem('x', { staus: 409, title: '', meaning: 5 } as never),
      /staus.*is no option of it; did you mean "status"\?/,
      /status code from 400 to 599; found undefined/,
      /title\["x"\]: must be a text for people; found ""/,
      /meaning\["x"\]: must be a text for people; found 5/,
    ));

  it('say no more of what is missing than that, where no class is wanted', () =>
    refused(
      () => defineProblem('x', { status: 409, title: 'Gone' } as never),
      /meaning\["x"\]: must be a text for people; found undefined$/,
    ));

  it('take an object', () =>
    refused(
      () => defineProblem('x', 409 as never),
      /takes an object with status, title and meaning; found 409/,
    ));

  it('have members of an object', () =>
    refused(
      () => defineProblem('x', { ...GOOD, members: Type.Integer() }),
      /must be the JSON Schema of an object, such as Type\.Object/,
    ));

  for (const name of ['type', 'title', 'status', 'detail', 'instance', 'errors']) {
    it(`have no member named ${name}, which every problem has`, () =>
      refused(
        () => defineProblem('x', { ...GOOD, members: Type.Object({ [name]: Type.String() }) }),
        new RegExp(`"${name}" is a member that every problem has`),
      ));
  }

  it('are listed by what defineProblem() made', () => {
    const one = defineProblem('one', GOOD);
    assert.ok(shoji(Things, { problems: [one, defineProblem('two', GOOD)] }));
    assert.ok(shoji(Things, { problems: undefined }));
    const listing = (problems: unknown) => () => shoji(Things, { problems } as ShojiOptions);
    refused(listing(one), /problems"\]: must be an array of what defineProblem\(\) made/);
    refused(listing([GOOD]), /lists what defineProblem\(\) made; found \{ status: 409/);
    refused(listing(['one']), /lists what defineProblem\(\) made; found "one"/);
    refused(listing([one, one]), /has two types of the name "one"/);
    refused(listing([one, defineProblem('one', GOOD)]), /has two types of the name "one"/);
  });

  it('have members whose schema is checked as every schema is', () => {
    const broken = defineProblem('broken', {
      ...GOOD,
      members: { type: 'object', properties: { n: { type: 'string', pattern: '(' } } },
    });
    refused(
      () => shoji(Things, { problems: [broken] }),
      /defineProblem\(\)\.members\["broken"\]: the pattern .* is no regular expression/,
    );
  });

  it('are told by their brand where another copy of the package made them', async () => {
    const copy = '../../lib/http/problem-types.js?copy';
    const other = (await import(copy)) as {
      ProblemDefinition: new (name: string, type: typeof GOOD, members: undefined) => never;
    };
    assert.ok(shoji(Things, { problems: [new other.ProblemDefinition('other', GOOD, undefined)] }));
  });
});

describe('DeclarationError', () => {
  it('is known by instanceof where another copy of the package threw it', async () => {
    const copy = '../../lib/declaration/declaration-findings.js?copy';
    const other = (await import(copy)) as {
      DeclarationError: typeof DeclarationError;
    };
    assert.notEqual(other.DeclarationError, DeclarationError);
    assert.ok(new other.DeclarationError([]) instanceof DeclarationError);
    assert.equal(new Error('none') instanceof DeclarationError, false);
  });
});

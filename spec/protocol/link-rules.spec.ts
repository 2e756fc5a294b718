import assert from 'node:assert/strict';
import { validate, type ValidateOptions } from '../../lib/protocol/validate.js';

/** The findings on a document as `level rule pointer`. */
function findingsOn(document: unknown, options: ValidateOptions = {}): readonly string[] {
  return validate(document, options).findings.map(
    ({ level, rule, pointer }) => `${level} ${rule} ${pointer}`,
  );
}

function messageOn(document: object, options: ValidateOptions = {}): string {
  return validate(document, options).findings[0]?.message ?? '';
}

const crunch = { dialect: 'crunch' } as const;
const catalog = { element: 'shoji:catalog', self: 'http://library.example/books/' };
const order = { element: 'shoji:order', self: '/order/' };

describe('validate: self without its slash', () => {
  const warning = ['warning self-without-slash /self'];
  const slashless = { ...catalog, self: 'http://library.example/books' };
  const withLink = (link: string) => ({ ...slashless, catalogs: { link } });

  it('warns where relative links lose the last segment of self', () => {
    for (const link of [
      '1',
      '1/',
      './1/',
      '../authors/',
      'authors{?name}',
      '{id}/',
      '{id}',
      'x{/y}',
      'a?b',
      'books2/',
    ]) {
      assert.deepEqual(findingsOn(withLink(link)), warning, link);
    }
    assert.deepEqual(findingsOn({ ...slashless, entities: ['1/'] }), warning);
    assert.deepEqual(findingsOn({ ...slashless, index: { '1/': {} } }, crunch), warning);
    assert.deepEqual(findingsOn({ ...order, self: '/order', graph: [{ a: ['1/'] }] }, crunch), warning);
    assert.deepEqual(findingsOn({ ...slashless, catalogs: ['1/'] }, { dialect: 'draft-01' }), warning);
    for (const self of ['books', '/books', '../books', '/books?page=2', '/a/books#x', '//h/books']) {
      assert.deepEqual(findingsOn({ ...catalog, self, entities: ['1/'] }), warning, self);
    }
  });

  it('has nothing against links that do not depend on the last segment', () => {
    for (const link of [
      'http://a.example/1',
      '//a.example/1',
      '/1/',
      '?page=2',
      '#top',
      'urn:isbn:1',
      '{?page}',
      '{#top}',
      '{/id}',
      '{+any}',
      '{scheme}://a.example/',
      'http://{host}/',
      '?page={page}',
    ]) {
      assert.deepEqual(findingsOn(withLink(link)), [], link);
    }
  });

  it('has nothing against links that repeat the last segment', () => {
    for (const link of ['books/1/', './books/1/', 'books', 'books?page=2', 'books{?page}', 'books/{id}']) {
      assert.deepEqual(findingsOn(withLink(link)), [], link);
    }
  });

  it('has nothing against a self that ends in a slash, or whose path is not known', () => {
    for (const self of [
      '',
      '/',
      '/books/',
      '/books/?page=2',
      '?page=2',
      '.',
      '..',
      '/a/..',
      'http://h',
      '#x',
    ]) {
      assert.deepEqual(findingsOn({ ...catalog, self, entities: ['1/'] }), [], self);
    }
  });

  it('says where the links lead, and where they are probably meant to', () => {
    const message = messageOn({ ...slashless, entities: ['1/', '2/'], catalogs: { all: '/all/' } });
    assert.match(message, /2 relative links, such as "1\/" at \/entities\/0/);
    assert.match(message, /leads to "http:\/\/library\.example\/1\/"/);
    assert.match(message, /"http:\/\/library\.example\/books\/1\/" is probably meant/);
    assert.match(message, /begin such links with "books\/"/);
    assert.match(
      messageOn({ ...slashless, self: 'a:b/c:d', entities: ['1/'] }),
      /"a:b\/c:d\/1\/" is probably meant/,
    );
  });

  it('says nothing where self or the links are malformed, which is said already', () => {
    assert.deepEqual(findingsOn({ ...catalog, self: 'a b', entities: ['1/'] }), [
      'error malformed-iri /self',
    ]);
    assert.deepEqual(findingsOn(withLink('1/{')), ['error malformed-template /catalogs/link']);
  });
});

describe('validate: links that lead nowhere good', () => {
  it('warns of empty ones', () => {
    assert.deepEqual(findingsOn({ ...catalog, views: { a: '' }, entities: ['1/', ''] }), [
      'warning empty-link /views/a',
      'warning empty-link /entities/1',
    ]);
    assert.deepEqual(findingsOn({ ...catalog, index: { '': {} } }, crunch), ['warning empty-link /index/']);
    assert.deepEqual(findingsOn({ ...order, graph: [{ a: [''] }] }, crunch), [
      'warning empty-link /graph/0/a/0',
    ]);
    assert.deepEqual(findingsOn({ ...catalog, views: [''] }, { dialect: 'draft-01' }), [
      'warning empty-link /views/0',
    ]);
  });

  it('warns of schemes that run code or that lead into a machine', () => {
    for (const link of [
      'javascript:go()',
      'JavaScript:go({x})',
      'data:,x',
      'vbscript:x',
      'file:///x',
      'C:/x',
    ]) {
      assert.deepEqual(
        findingsOn({ ...catalog, views: { link } }),
        ['warning unsafe-scheme /views/link'],
        link,
      );
    }
    assert.deepEqual(findingsOn({ ...catalog, self: 'file:///books/' }), ['warning unsafe-scheme /self']);
    assert.deepEqual(findingsOn({ ...catalog, entities: ['javascript:x'] }), [
      'warning unsafe-scheme /entities/0',
    ]);
    for (const link of [
      'urn:isbn:1',
      'mailto:a@library.example',
      'https://a.example/',
      'javascript/x',
      './a:b',
    ]) {
      assert.deepEqual(findingsOn({ ...catalog, views: { link } }), [], link);
    }
  });

  it('warns of credentials', () => {
    for (const link of ['http://a:b@h/', 'HTTPS://a@h/{x}']) {
      assert.deepEqual(
        findingsOn({ ...catalog, views: { link } }),
        ['warning link-credentials /views/link'],
        link,
      );
    }
    assert.deepEqual(findingsOn({ ...catalog, self: 'http://a:b@h/' }), ['warning link-credentials /self']);
    for (const link of ['http://h/@a', '/a@b', 'ftp://a@h/', 'http://h/{?x}&a=@']) {
      assert.deepEqual(findingsOn({ ...catalog, views: { link } }), [], link);
    }
  });

  it('warns of index names that are the same once resolved', () => {
    const document = { ...catalog, index: { '1/': {}, '/books/1/': {}, '2/': {} } };
    assert.deepEqual(findingsOn(document, crunch), ['warning repeated-entity /index/~1books~11~1']);
    assert.match(messageOn(document, crunch), /same entity as \/index\/1~1/);
  });

  it('warns of links without names that are the same once resolved', () => {
    const document = { ...catalog, catalogs: ['a/', 'b{?x}', '/books/a/', 'b{?x}'], views: ['a/'] };
    assert.deepEqual(findingsOn(document, { dialect: 'draft-01' }), [
      'warning repeated-link /catalogs/2',
      'warning repeated-link /catalogs/3',
    ]);
  });
});

describe('validate: what malformed links are told', () => {
  it('says that a template cannot stand where there are no variables', () => {
    for (const document of [
      { ...catalog, self: 'books{?year}' },
      { ...catalog, entities: ['{id}/'] },
      { ...catalog, index: { '{id}/': {} } },
    ]) {
      const { findings } = validate(document, crunch);
      assert.equal(findings[0]?.rule, 'malformed-iri');
      assert.match(findings[0].message, /it is a URI template, which only a link can be/);
    }
    assert.match(messageOn({ ...catalog, self: 'books{' }), /"\{" may not stand in an IRI/);
  });

  it('says that there is whitespace around it', () => {
    for (const link of [' authors/', 'authors/\n', '\tauthors/ ']) {
      assert.match(messageOn({ ...catalog, catalogs: { link } }), /whitespace around it/);
    }
    assert.match(messageOn({ ...catalog, catalogs: { link: ' a{?x}' } }), /whitespace around it/);
    assert.match(messageOn({ ...catalog, catalogs: { link: ' ' } }), /nothing but whitespace/);
    assert.match(messageOn({ ...catalog, catalogs: { link: 'a b ' } }), /write %20/);
  });

  it('says what to write for a path of Windows', () => {
    assert.match(messageOn({ ...catalog, catalogs: { link: 'data\\authors' } }), /on Windows.*write "\/"/);
  });

  it('cuts what is long', () => {
    const long = 'x'.repeat(10_000);
    for (const link of [
      `${long}{?`,
      `{${long}..a}`,
      `http://${long}[/`,
      `http://h:${long}/`,
      `${long} a:b`,
    ]) {
      const message = messageOn({ ...catalog, catalogs: { link } });
      assert.ok(message.length > 0 && message.length < 400, message);
    }
    assert.ok(messageOn({ ...catalog, self: `http://h/${long}`, entities: ['1/'] }).length < 700);
    const index = { [`${long}/`]: {}, [`./${long}/`]: {} };
    assert.ok(messageOn({ ...catalog, self: '/books', index }, crunch).length < 700);
    assert.ok(messageOn({ ...catalog, index }, crunch).length < 400);
  });
});

import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expandPath, pathOf } from '../../lib/declaration/nodes.js';
import type { ResourceNode } from '../../lib/declaration/nodes.js';
import { BadPathError, ResourceTree } from '../../lib/declaration/resource-tree.js';
import type { Segment } from '../../lib/declaration/resource-tree.js';

const literal = (text: string): Segment => ({ literal: text });
const variable = (name: string): Segment => ({ variable: name });

/** A tree with a resource at each of these paths: `users/{id}/` and the like. */
function treeOf(...paths: string[]): ResourceTree<string> {
  const tree = new ResourceTree<string>();
  for (const path of paths) {
    const segments = path.split('/').filter((text) => text !== '');
    const taken = tree.add(
      segments.map((text) => (text.startsWith('{') ? variable(text.slice(1, -1)) : literal(text))),
      path.endsWith('/'),
      path,
    );
    assert.equal(taken, undefined);
  }
  return tree;
}

describe('resource/tree', () => {
  const tree = treeOf(
    '/',
    '/users/',
    '/users/{id}/',
    '/users/{id}/name',
    '/users/sellers/',
    '/users/counts',
    '/caf\u00e9/',
  );

  const found: readonly [string, string, readonly string[]][] = [
    ['/', '/', []],
    ['/users/', '/users/', []],
    ['/users/5/', '/users/{id}/', ['5']],
    ['/users/5/name', '/users/{id}/name', ['5']],
    ['/users/sellers/', '/users/sellers/', []],
    ['/users/counts', '/users/counts', []],
    ['/users/a%2Fb/', '/users/{id}/', ['a/b']],
    ['/users/%2E%2E%2Fx/', '/users/{id}/', ['../x']],
    ['/users/a%20b+c/', '/users/{id}/', ['a b+c']],
    ['/users/%E4%BE%8B/', '/users/{id}/', ['例']],
    ['/users/100%25/', '/users/{id}/', ['100%']],
    ['/caf%C3%A9/', '/caf\u00e9/', []],
    ['/%75sers/', '/users/', []],
  ];
  for (const [path, resource, values] of found) {
    it(`finds ${resource} at ${path}`, () =>
      assert.deepEqual(tree.find(path), { resource, values, slashless: false }));
  }

  for (const path of [
    'users/',
    '//',
    '/users//',
    '//users/',
    '/users/./',
    '/users/../',
    '/users/%2E%2E/',
    '/users/%2e/',
    '/none/',
    '/users/5/name/',
    '/users/5/none',
    '/users/counts/',
    '/Users/',
  ]) {
    it(`finds nothing at ${JSON.stringify(path)}`, () => assert.equal(tree.find(path), undefined));
  }

  for (const [path, resource] of [
    ['/users', '/users/'],
    ['/users/5', '/users/{id}/'],
    ['/users/sellers', '/users/sellers/'],
  ] as const) {
    it(`tells that ${path} lacks a slash`, () => {
      const match = tree.find(path);
      assert.equal(match?.resource, resource);
      assert.equal(match.slashless, true);
    });
  }

  for (const path of ['/users/%/', '/users/%zz/', '/users/%FF/', '/users/%C3/', '/users/%00/', '/none/%']) {
    it(`refuses ${path}`, () => assert.throws(() => tree.find(path), BadPathError));
  }

  it('goes no other way once a literal has taken a segment', () => {
    const narrow = treeOf('/users/{id}/name', '/users/sellers/');
    assert.equal(narrow.find('/users/sellers/name'), undefined);
  });

  it('says what is at a path already, on either form of it', () => {
    const taken = treeOf('/users/');
    assert.equal(taken.add([literal('users')], false, 'a view'), '/users/');
    assert.equal(taken.add([literal('users')], true, 'another'), '/users/');
    assert.equal(taken.find('/users/')?.resource, '/users/');
  });

  it('tells where a declared path leads', () => {
    assert.deepEqual(tree.at([literal('users'), variable('any')]), { resource: '/users/{id}/', slash: true });
    assert.deepEqual(tree.at([literal('users'), literal('5')]), { resource: '/users/{id}/', slash: true });
    assert.deepEqual(tree.at([literal('users'), literal('counts')]), {
      resource: '/users/counts',
      slash: false,
    });
    assert.equal(tree.at([variable('x')]), undefined);
  });

  it('tells what a declared path leads through', () => {
    assert.deepEqual(tree.along([]), []);
    assert.deepEqual(tree.along([literal('users'), variable('id'), literal('name')]), [
      '/',
      '/users/',
      '/users/{id}/',
    ]);
    // A value is nothing that another path could go on from.
    assert.deepEqual(tree.along([literal('users'), literal('counts'), literal('x')]), ['/', '/users/']);
  });

  it('has names that objects have of their own', () => {
    const odd = treeOf('/constructor/', '/__proto__/');
    assert.equal(odd.find('/constructor/')?.resource, '/constructor/');
    assert.equal(odd.find('/__proto__/')?.resource, '/__proto__/');
    assert.equal(odd.find('/toString/'), undefined);
  });

  it('gives back the values that a path was expanded with', () => {
    const text = fc
      .string({ minLength: 1, unit: 'grapheme' })
      .filter((value) => value !== '.' && value !== '..' && !value.includes('\0'));
    const name = fc
      .string({ minLength: 1, unit: 'grapheme' })
      .filter((value) => !['.', '..'].includes(value) && !/[\0/]/.test(value));
    const path = fc.array(
      fc.oneof(fc.record({ literal: name }), fc.record({ variable: fc.constant('v'), value: text })),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(path, fc.boolean(), (parts, slash) => {
        const segments: Segment[] = parts.map((part) =>
          'literal' in part ? part : { variable: part.variable },
        );
        const values = parts.flatMap((part) => ('value' in part ? [part.value] : []));
        const node = { kind: slash ? 'catalog' : 'view', segments } as unknown as ResourceNode;
        const own = new ResourceTree<string>();
        own.add(segments, slash || segments.length === 0, 'it');
        const expanded = expandPath(node, values) || '/';
        assert.match(expanded, /^[!-~]*$/, 'a path is ASCII');
        assert.deepEqual(
          own.find(expanded),
          { resource: 'it', values, slashless: false },
          `${expanded} for ${pathOf(node)}`,
        );
      }),
    );
  });
});

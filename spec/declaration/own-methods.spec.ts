import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Catalog, Entity, Fragment, View, shoji } from '../../lib/index.js';
import { Item, assertFound, findingsOf } from './declared.js';

class Items extends Catalog.of(Item, { iri: 'items/' }) {}

/** What is found of a class that has these members on its prototype. */
function foundOn(members: object, Base: typeof Items = Items) {
  class Own extends Base {}
  Object.defineProperties(Own.prototype, Object.getOwnPropertyDescriptors(members));
  return findingsOf([Own]);
}

const own = (member: string) => ({ class: 'Own', member });

describe('declaration: what stands where a method is meant', () => {
  for (const name of ['list', 'read', 'create', 'replace', 'update', 'remove'] as const) {
    it(`a catalog's ${name} as a field is found, whatever it holds`, () => {
      class Own extends Items {
        [name] = (async () => undefined) as never;
      }
      assertFound(findingsOf([Own]), [own(name), new RegExp(`is a field.*as a method: ${name}\\(`)]);
    });

    it(`a catalog's ${name} as an accessor is found, even if it throws`, () => {
      const members = Object.defineProperty({}, name, {
        get() {
          throw new Error('no request yet');
        },
        enumerable: true,
        configurable: true,
      });
      assertFound(foundOn(members), [
        own(name),
        new RegExp(`is an accessor; write it as a method: ${name}\\(`),
      ]);
    });

    it(`a catalog's static ${name} is found`, () => {
      assertFound(findingsOf([Object.assign(class Own extends Items {}, { [name]: () => [] })]), [
        own(name),
        new RegExp(`is static, and nothing calls it; write it as a method: ${name}\\(`),
      ]);
    });
  }

  it('a field of a class that is extended, and one that a constructor sets, are found', () => {
    class Guarded extends Items {
      override read = (async () => undefined) as never;
    }
    class Setting extends Items {
      constructor(...given: [never, never]) {
        super(...given);
        this.remove = async () => undefined;
      }
    }
    assertFound(findingsOf([class Own extends Guarded {}]), [own('read'), /is a field/]);
    assertFound(findingsOf([Setting]), [{ class: 'Setting', member: 'remove' }, /is a field/]);
  });

  it('what is no function is found', () => {
    assertFound(foundOn({ remove: true }), [own('remove'), /is no function; write it as a method: remove\(/]);
  });

  it('the methods of views and fragments as fields are found', () => {
    class Count extends View.of({ iri: 'count' }) {
      override value = () => 1;
    }
    class Initial extends Fragment.of({ iri: 'initial', schema: Type.String() }) {
      override value() {
        return 'A';
      }
      override replace = (value: unknown) => value;
    }
    class Thing extends Entity.of({ body: Type.Object({ name: Type.String() }) }) {
      static override fragments() {
        return { initial: Initial };
      }
    }
    class Things extends Catalog.of(Thing, { iri: 'things/' }) {
      static override views() {
        return { count: Count };
      }
    }
    const found = findingsOf([Things]).filter(({ message }) => message.includes('is a field'));
    assertFound(
      found,
      [{ class: 'Initial', member: 'replace' }, /as a method: replace\(value, request\)/],
      [{ class: 'Count', member: 'value' }, /as a method: value\(request\)/],
    );
  });

  const misspelt: readonly [string, string][] = [
    ['remvoe', 'remove'],
    ['raed', 'read'],
    ['lsit', 'list'],
    ['lists', 'list'],
    ['Read', 'read'],
    ['creat', 'create'],
    ['updat', 'update'],
    ['repalce', 'replace'],
  ];
  for (const [name, meant] of misspelt) {
    it(`${name} is taken for a misspelt ${meant}`, () => {
      const message = new RegExp(`no method of a Catalog, and nothing calls it; did you mean "${meant}"`);
      assertFound(foundOn({ [name]() {} }), [own(name), message]);
      class Own extends Items {
        [name] = () => undefined;
      }
      assertFound(findingsOf([Own]), [own(name), message]);
    });
  }

  const verbs: readonly [string, RegExp][] = [
    ['get', /list\(query\), or read\(id\)/],
    ['GET', /list\(query\), or read\(id\)/],
    ['post', /write create\(body\)/],
    ['put', /write replace\(id, body, options\)/],
    ['patch', /write update\(id, body, options\)/],
    ['delete', /write remove\(id, options\)/],
  ];
  for (const [name, message] of verbs) {
    it(`${name} is no method of a catalog, static or not`, () => {
      assertFound(foundOn({ [name]() {} }), [own(name), message]);
      assertFound(findingsOf([Object.assign(class Own extends Items {}, { [name]: () => [] })]), [
        own(name),
        message,
      ]);
    });
  }

  it('methods of another kind of class are found', () => {
    class Count extends View.of({ iri: 'count' }) {
      override value() {
        return 1;
      }
      read() {}
      post() {}
    }
    class Thing extends Entity.of({ body: Type.Object({ name: Type.String() }) }) {
      list() {}
      put() {}
    }
    class Things extends Catalog.of(Thing, { iri: 'things/' }) {
      static override views() {
        return { count: Count };
      }
      value() {}
    }
    assertFound(
      findingsOf([Things]),
      [{ class: 'Things', member: 'value' }, /no method of a Catalog.*has list, read, create/],
      [{ class: 'Thing', member: 'list' }, /of which no instance is made; its catalog reads and writes/],
      [{ class: 'Thing', member: 'put' }, /write replace\(id, body, options\) of its catalog/],
      [{ class: 'Count', member: 'read' }, /no method of a View.*has value, replace/],
      [{ class: 'Count', member: 'post' }, /it answers no POST/],
    );
  });

  it('an option that is not static is found', () => {
    class Own extends Items {
      title = 'Items';
      get description() {
        return 'of all kinds';
      }
    }
    assertFound(
      findingsOf([Own]),
      [own('description'), /write it where the class is declared: Catalog\.of\(\{ description: … \}\)/],
      [
        own('title'),
        /is an option of the class.*write it where the class is declared: Catalog\.of\(\{ title: … \}\)/,
      ],
    );
  });

  it('what is the author’s own is not', () => {
    class Own extends Items {
      readonly seen = new Map<string, string>();
      #secret = 1;
      static fromLegacy() {
        return 1;
      }
      audit() {
        return this.#secret;
      }
      // Beside a method itself, one that is named like it is meant as it is.
      override remove() {
        this.removed();
      }
      removed() {}
      last() {}
      [Symbol.iterator]() {}
      get user() {
        return this.request.state['user'];
      }
    }
    assertFound(findingsOf([Own]));
  });

  it('a class that can make no instance before there is a request starts', () => {
    class Own extends Items {
      readonly user = (this.request.state['user'] as { id: string }).id;
    }
    assertFound(findingsOf([Own]));
  });

  it('what a constructor begins without a request may fail, and never answers', async () => {
    class Own extends Items {
      readonly first = this.collection.get('1');
      readonly broken = Promise.reject(new Error('no request'));
    }
    assertFound(findingsOf([Own]));
    await new Promise(setImmediate);
  });

  it('one instance of a class is made at the start, however often it is linked to', () => {
    let made = 0;
    class Own extends Items {
      readonly count = (made += 1);
    }
    class Root extends Catalog.of({ iri: '/' }) {
      static override catalogs() {
        return { items: Own, 'the same': Own };
      }
    }
    shoji(Root);
    assert.equal(made, 1);
  });
});

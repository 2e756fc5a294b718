import assert from 'node:assert/strict';
import type {
  FetchFailure,
  FetchOptions,
  FetchOutcome,
  HostAddress,
  Resolver,
} from '../../../lib/check/client/fetch.js';
import { createClient } from '../../../lib/check/client/http-client.js';
import { answer, canaries, hostileServers } from '../hostile.js';

/** Hosts that are the machine itself, all of which lead to the canary. */
const LOOPBACK = [
  '127.0.0.1',
  '127.1',
  '127.0.0.1.',
  '2130706433',
  '0x7f.1',
  '0x7f000001',
  '0177.0.0.1',
  '017700000001',
  '１２７.０.０.１',
  '127。0。0。1',
  '%31%32%37.0.0.1',
  '0.0.0.0',
  '0',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:7f00:0001]',
];

/** Hosts whose addresses are no public ones, wherever they may lead. */
const SPECIAL = [
  ...LOOPBACK,
  '127.0.0.2',
  '[::1]',
  '[::]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '[fd00::1]',
  '[fe80::1]',
  '[ff02::1]',
  '[2001:db8::1]',
  '169.254.169.254',
  '0xa9fea9fe',
  '[::ffff:169.254.169.254]',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.0.1',
  '100.64.0.1',
  '192.0.2.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '255.255.255.255',
];

describe('[H80] what a client connects to', () => {
  const hostile = hostileServers();
  const canaryAt = canaries();

  async function get(iri: string, start: string, options: FetchOptions = {}): Promise<FetchOutcome> {
    const client = createClient(start, { timeout: 5000, ...options });
    try {
      return await client.follow({ method: 'GET', iri });
    } finally {
      client.close();
    }
  }

  /** A start whose every resource redirects to an IRI. */
  const redirecting = (to: string) =>
    hostile((socket) => socket.end(answer('302 Found', [`Location: ${to}`, 'Connection: close'])));

  function assertRefused(outcome: FetchOutcome, reason: string): asserts outcome is FetchFailure {
    assert.equal(outcome.type, 'failure', JSON.stringify(outcome));
    assert.equal(outcome.reason, reason, outcome.message);
  }

  describe('by link', () => {
    for (const host of SPECIAL) {
      it(`is not ${host}`, async () => {
        const canary = await canaryAt();
        const start = await hostile((socket) => socket.end(answer('200 OK')));
        const iri = `http://${host}:${canary.port}/`;
        assertRefused(await get(iri, `${start.origin}/`), 'refused-address');
        const named = await get(iri, `${start.origin}/`, { origins: [new URL(iri).origin] });
        assertRefused(named, 'refused-address');
        assert.match(named.message, /--allow-private/);
        assert.equal(canary.connections, 0);
        assert.equal(start.connections, 0);
      });
    }

    for (const host of LOOPBACK) {
      it(`is ${host} where private addresses are allowed`, async () => {
        const canary = await canaryAt();
        const iri = `http://${host}:${canary.port}/`;
        const origins = [new URL(iri).origin];
        const outcome = await get(iri, 'http://start.example/', { origins, allowPrivate: true });
        assert.equal(outcome.type, 'response', JSON.stringify(outcome));
        assert.equal(Buffer.from(outcome.body).toString(), 'I am the canary');
        assert.equal(canary.connections, 1);
      });
    }
  });

  describe('by redirect', () => {
    for (const host of SPECIAL) {
      it(`is not ${host}`, async () => {
        const canary = await canaryAt();
        const iri = `http://${host}:${canary.port}/`;
        // A header holds bytes, so that what is not ASCII comes as UTF-8.
        const start = await redirecting(Buffer.from(iri).toString('latin1'));
        const outcome = await get(`${start.origin}/`, `${start.origin}/`, { origins: [new URL(iri).origin] });
        assertRefused(outcome, 'refused-address');
        assert.equal(outcome.iri, iri);
        assert.deepEqual(outcome.redirects, [{ from: `${start.origin}/`, to: iri, status: 302 }]);
        assert.equal(start.connections, 1);
        assert.equal(canary.connections, 0);
      });
    }

    it('is 127.0.0.1 where private addresses are allowed', async () => {
      const canary = await canaryAt();
      const origin = `http://127.0.0.1:${canary.port}`;
      const start = await redirecting(`${origin}/`);
      const options = { origins: [origin], allowPrivate: true };
      const outcome = await get(`${start.origin}/`, `${start.origin}/`, options);
      assert.equal(outcome.type, 'response');
      assert.equal(outcome.iri, `${origin}/`);
      assert.equal(canary.connections, 1);
    });
  });

  describe('by name', () => {
    it('is not localhost, in any spelling', async () => {
      const canary = await canaryAt();
      for (const host of ['localhost', 'LOCALHOST', 'ｌocalhost']) {
        const iri = `http://${host}:${canary.port}/`;
        const origins = [new URL(iri).origin];
        assertRefused(await get(iri, 'http://start.example/', { origins }), 'refused-address');
      }
      assert.equal(canary.connections, 0);
    });

    it('is not localhost with a dot, whether the machine knows it or not', async () => {
      const canary = await canaryAt();
      const origin = `http://localhost.:${canary.port}`;
      const outcome = await get(`${origin}/`, 'http://start.example/', { origins: [origin] });
      assert.equal(outcome.type, 'failure');
      assert.match(outcome.reason, /^(?:refused-address|unreachable)$/);
      assert.equal(canary.connections, 0);
    });

    it('is localhost where private addresses are allowed', async () => {
      const canary = await canaryAt();
      const origin = `http://localhost:${canary.port}`;
      const options = { origins: [origin], allowPrivate: true };
      const outcome = await get(`${origin}/`, 'http://start.example/', options);
      assert.equal(outcome.type, 'response', JSON.stringify(outcome));
      assert.equal(canary.connections, 1);
    });

    const ANSWERS: readonly [string, readonly string[]][] = [
      ['a loopback address', ['127.0.0.1']],
      ['a loopback address of IPv6', ['::1']],
      ['an IPv4-mapped address', ['::ffff:127.0.0.1']],
      ['the address of cloud metadata', ['169.254.169.254']],
      ['a link-local address with a zone', ['fe80::1%lo']],
      ['a public and a loopback address', ['93.184.216.34', '127.0.0.1']],
      ['a loopback and a public address', ['127.0.0.1', '93.184.216.34']],
    ];
    for (const [title, addresses] of ANSWERS) {
      it(`is none that stands for ${title}`, async () => {
        const canary = await canaryAt();
        const origin = `http://public.example:${canary.port}`;
        const options = { origins: [origin], resolver: resolving(addresses) };
        const outcome = await get(`${origin}/`, 'http://start.example/', options);
        assertRefused(outcome, 'refused-address');
        assert.match(outcome.message, /public\.example stands for /);
        assert.equal(canary.connections, 0);
      });
    }

    it('is one that stands for a loopback address where private addresses are allowed', async () => {
      const canary = await canaryAt();
      const origin = `http://public.example:${canary.port}`;
      const options = { origins: [origin], allowPrivate: true, resolver: resolving(['127.0.0.1']) };
      assert.equal((await get(`${origin}/`, 'http://start.example/', options)).type, 'response');
      assert.equal(canary.connections, 1);
    });

    it('is none that stands for a loopback address, by redirect', async () => {
      const canary = await canaryAt();
      const origin = `http://public.example:${canary.port}`;
      const start = await redirecting(`${origin}/`);
      const options = { origins: [origin], resolver: resolving(['127.0.0.1']) };
      assertRefused(await get(`${start.origin}/`, `${start.origin}/`, options), 'refused-address');
      assert.equal(canary.connections, 0);
    });

    it('is looked up once a connection, so that no second answer can stand for another address', async () => {
      const canary = await canaryAt();
      const origin = `http://rebinding.example:${canary.port}`;
      const asked: string[] = [];
      const resolver: Resolver = (hostname) => {
        asked.push(hostname);
        // What a check beforehand would see, and what a connection would see that looked up for itself.
        return Promise.resolve(hostAddresses([asked.length % 2 === 1 ? '10.0.0.1' : '127.0.0.1']));
      };
      const outcome = await get(`${origin}/`, 'http://start.example/', { origins: [origin], resolver });
      assertRefused(outcome, 'refused-address');
      assert.deepEqual(asked, ['rebinding.example']);
      assert.equal(canary.connections, 0);
    });

    const BROKEN: readonly [string, Resolver, RegExp][] = [
      ['has no address', resolving([]), /has no address/],
      ['gets an answer that is no address', resolving(['127.1']), /"127\.1".*which is no address/],
      ['cannot be looked up', () => Promise.reject(notFound()), /has no address; correct the name/],
      [
        'breaks the resolver',
        () => {
          throw new Error('out of order');
        },
        /out of order/,
      ],
    ];
    for (const [title, resolver, message] of BROKEN) {
      it(`is none that ${title}`, async () => {
        const outcome = await get('http://start.example/', 'http://start.example/', { resolver });
        assertRefused(outcome, 'unreachable');
        assert.match(outcome.message, message);
      });
    }
  });

  describe('at the start', () => {
    it('is what the start names, be it public or not', async () => {
      const start = await hostile((socket) => socket.end(answer('200 OK', [], '{}')));
      for (const host of ['127.0.0.1', '127.1', 'localhost', '[::ffff:127.0.0.1]']) {
        const iri = `http://${host}:${start.port}/`;
        const outcome = await get(iri, iri);
        assert.equal(outcome.type, 'response', JSON.stringify(outcome));
      }
    });

    it('is not what its name stands for later, unless it is public', async () => {
      const start = await hostile((socket) => socket.end(answer('200 OK', ['Connection: close'])));
      const canary = await canaryAt({ host: '127.0.0.2', port: start.port });
      let address = '127.0.0.1';
      const iri = `http://start.example:${start.port}/`;
      const client = createClient(iri, { resolver: () => Promise.resolve(hostAddresses([address])) });
      const first = await client.send({ method: 'GET', iri });
      address = '127.0.0.2';
      const second = await client.send({ method: 'GET', iri });
      address = '127.0.0.1';
      const third = await client.send({ method: 'GET', iri });
      client.close();
      assert.deepEqual([first.type, third.type], ['response', 'response']);
      assertRefused(second, 'refused-address');
      assert.equal(canary.connections, 0);
      assert.equal(client.requests, 2);
    });

    it('is its own port alone', async () => {
      const start = await hostile((socket) => socket.end(answer('200 OK')));
      const canary = await canaryAt();
      const resolver = resolving(['127.0.0.1']);
      const iri = `http://start.example:${canary.port}/`;
      const options = { origins: [`http://start.example:${canary.port}`], resolver };
      assertRefused(await get(iri, `http://start.example:${start.port}/`, options), 'refused-address');
      assert.equal(canary.connections, 0);
    });
  });

  describe('as an origin', () => {
    it('is no other than the start, and those that are named', async () => {
      const canary = await canaryAt();
      const resolver: Resolver = () => assert.fail('it was looked up');
      for (const origin of [
        `http://other.example:${canary.port}`,
        'https://start.example',
        'http://93.184.216.34',
      ]) {
        const outcome = await get(`${origin}/`, 'http://start.example/', { resolver });
        assertRefused(outcome, 'refused-origin');
        assert.match(outcome.message, new RegExp(`--allow-origin ${origin} \\(in code \`origins\`\\)`));
      }
      assert.equal(canary.connections, 0);
    });

    for (const origin of [
      'api.example.org',
      'https://api.example.org/v1',
      'ftp://api.example.org',
      '',
      'https://u@h/',
    ]) {
      it(`cannot be named as "${origin}"`, () => {
        assert.throws(
          () => createClient('http://start.example/', { origins: [origin] }),
          /is no origin; write/,
        );
      });
    }

    it('may be named with a slash at its end, or its default port', async () => {
      for (const origin of ['https://api.example.org/', 'https://API.example.org:443']) {
        const options = { origins: [origin], resolver: resolving(['127.0.0.1']) };
        const outcome = await get('https://api.example.org/', 'http://start.example/', options);
        assertRefused(outcome, 'refused-address');
      }
    });
  });

  describe('[H81] by scheme', () => {
    for (const iri of [
      'file:///etc/passwd',
      'javascript:alert(1)',
      'data:,x',
      'ftp://h.example/',
      'urn:x:y',
    ]) {
      it(`is not ${iri}, by link or by redirect`, async () => {
        const start = await redirecting(iri);
        assertRefused(await get(iri, `${start.origin}/`), 'refused-scheme');
        const redirected = await get(`${start.origin}/`, `${start.origin}/`);
        assertRefused(redirected, 'refused-scheme');
        assert.equal(redirected.iri, iri);
      });
    }

    it('is nothing where the start itself is no http or https IRI', async () => {
      assertRefused(await get('file:///etc/passwd', 'file:///etc/passwd'), 'refused-scheme');
      assertRefused(await get('http://h.example/', 'file:///etc/passwd'), 'refused-origin');
    });
  });
});

function resolving(addresses: readonly string[]): Resolver {
  return () => Promise.resolve(hostAddresses(addresses));
}

function hostAddresses(addresses: readonly string[]): HostAddress[] {
  return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
}

function notFound(): Error {
  return Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
}

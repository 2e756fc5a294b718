import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Target } from './fetch-target.js';
import { FetchError, type HostAddress, type Resolver } from './fetch.js';

/** Decides which addresses may be connected to. */
export class AddressGuard {
  readonly #startOrigin: string | undefined;
  readonly #allowPrivate: boolean;
  readonly #resolver: Resolver;
  /** The addresses of the start's host when it was first looked up. */
  #startAddresses: ReadonlySet<string> | undefined;

  /** @param startOrigin - the origin whose host may have an address that is not public */
  constructor(
    startOrigin: string | undefined,
    { allowPrivate = false, resolver = systemResolver }: { allowPrivate?: boolean; resolver?: Resolver },
  ) {
    this.#startOrigin = startOrigin;
    this.#allowPrivate = allowPrivate;
    this.#resolver = resolver;
  }

  /**
   * Checks a host that is an address already, for which a socket looks nothing up.
   *
   * @throws {FetchError} `refused-address`
   */
  checkLiteral(target: Target): void {
    if (isIP(target.host) !== 0) this.#check(target, [target.host]);
  }

  /**
   * Makes the lookup of one connection, so that what is checked is what is connected to: an answer of the
   * resolver that came before or after it plays no part.
   */
  lookupFor(target: Target): LookupFunction {
    return (hostname, options, callback) => {
      this.#resolve(target, hostname).then(
        (addresses) => {
          const [first] = addresses;
          if (options.all === true) callback(null, [...addresses]);
          else callback(null, first.address, first.family);
        },
        (error: Error) => callback(error, ''),
      );
    };
  }

  async #resolve(target: Target, hostname: string): Promise<[HostAddress, ...HostAddress[]]> {
    const answers = await this.#resolver(hostname);
    const [first, ...rest] = answers.map(({ address }) => readAddress(address, hostname));
    if (first === undefined) throw new FetchError('unreachable', `the name ${hostname} has no address`);
    const addresses: [HostAddress, ...HostAddress[]] = [first, ...rest];
    this.#check(
      target,
      addresses.map(({ address }) => address),
    );
    return addresses;
  }

  /**
   * One forbidden address among public ones refuses the host: a name of the public internet has none, and
   * using the others would let chance decide whether the fault is seen.
   */
  #check(target: Target, addresses: readonly string[]): void {
    if (this.#allowPrivate) return;
    if (target.origin === this.#startOrigin) {
      this.#startAddresses ??= new Set(addresses.map(normaliseAddress));
    }
    for (const address of addresses) {
      const special = describeSpecialAddress(address);
      if (special === undefined || this.#isOfStart(target, address)) continue;
      const stands = address === target.host ? 'is' : `stands for ${address},`;
      throw new FetchError(
        'refused-address',
        `${target.host} ${stands} ${special} address, which only the start's own origin may have ` +
          'when it is first looked up; --allow-private (in code `allowPrivate`) allows such addresses',
      );
    }
  }

  #isOfStart(target: Target, address: string): boolean {
    return (
      target.origin === this.#startOrigin && this.#startAddresses?.has(normaliseAddress(address)) === true
    );
  }
}

const systemResolver: Resolver = async (hostname) =>
  (await lookup(hostname, { all: true })) as readonly HostAddress[];

function readAddress(address: string, hostname: string): HostAddress {
  const family = isIP(address);
  if (family === 4 || family === 6) return { address, family };
  throw new FetchError(
    'unreachable',
    `the resolver answered "${address}" for ${hostname}, which is no address`,
  );
}

/**
 * Says what an address is that is not one of the public internet: `a loopback`, `a link-local`, `a reserved`.
 * Addresses of IPv6 that stand for one of IPv4 (mapped, translated, tunnelled) are none either, whatever they
 * stand for: no public name needs them, and where they lead is the network's to decide.
 *
 * @param address - IPv4 or IPv6, as `net.isIP` knows them
 * @returns undefined for a public one
 * @see RFC 6890
 */
export function describeSpecialAddress(address: string): string | undefined {
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range !== 'unicast') return NAMES.get(range) ?? 'a reserved';
  return parsed.kind() === 'ipv6' && !parsed.match(GLOBAL_UNICAST) ? 'a reserved' : undefined;
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ['unspecified', 'an unspecified'],
  ['broadcast', 'the broadcast'],
  ['multicast', 'a multicast'],
  ['linkLocal', 'a link-local'],
  ['loopback', 'a loopback'],
  ['private', 'a private'],
  ['uniqueLocal', 'a private'],
  ['carrierGradeNat', 'a carrier-grade NAT'],
  ['ipv4Mapped', 'an IPv4-mapped'],
  ['rfc6145', 'an IPv4-translated'],
  ['rfc6052', 'a NAT64'],
  ['6to4', 'a 6to4'],
  ['teredo', 'a Teredo'],
]);

/** The only addresses of IPv6 that are given out for the public. RFC 4291, section 2.4. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** One spelling for all that an address has. */
export function normaliseAddress(address: string): string {
  return ipaddr.parse(address).toNormalizedString();
}

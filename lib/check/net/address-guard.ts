import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import type { HostAddress, Resolver } from '../options.js';
import { describeSpecialAddress, normaliseAddress } from './address.js';
import { Fault } from './fault.js';
import type { Target } from './target.js';

const systemResolver: Resolver = async (hostname) =>
  (await lookup(hostname, { all: true })) as readonly HostAddress[];

/** Decides which addresses may be connected to. */
export class AddressGuard {
  readonly #startOrigin: string | undefined;
  readonly #allowPrivate: boolean;
  readonly #resolver: Resolver;
  /** What the start's host stood for when it was first looked up. */
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
   * @throws {Fault} `refused-address`
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
    if (first === undefined) throw new Fault('unreachable', `the name ${hostname} has no address`);
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
      throw new Fault(
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

function readAddress(address: string, hostname: string): HostAddress {
  const family = isIP(address);
  if (family === 4 || family === 6) return { address, family };
  throw new Fault('unreachable', `the resolver answered "${address}" for ${hostname}, which is no address`);
}

import ipaddr from 'ipaddr.js';

/** The only addresses of IPv6 that are given out for the public. RFC 4291, section 2.4. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

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

/** One spelling for all that an address has. */
export function normaliseAddress(address: string): string {
  return ipaddr.parse(address).toNormalizedString();
}

import assert from 'node:assert/strict';
import { describeSpecialAddress, normaliseAddress } from '../../../lib/check/client/address-guard.js';

const SPECIAL: readonly [string, string][] = [
  ['0.0.0.0', 'an unspecified'],
  ['0.1.2.3', 'an unspecified'],
  ['10.0.0.1', 'a private'],
  ['100.64.0.1', 'a carrier-grade NAT'],
  ['100.127.255.254', 'a carrier-grade NAT'],
  ['127.0.0.1', 'a loopback'],
  ['127.255.255.254', 'a loopback'],
  ['169.254.169.254', 'a link-local'],
  ['172.16.0.1', 'a private'],
  ['172.31.255.255', 'a private'],
  ['192.0.0.1', 'a reserved'],
  ['192.0.2.1', 'a reserved'],
  ['192.88.99.1', 'a reserved'],
  ['192.168.0.1', 'a private'],
  ['198.18.0.1', 'a reserved'],
  ['198.51.100.1', 'a reserved'],
  ['203.0.113.1', 'a reserved'],
  ['224.0.0.1', 'a multicast'],
  ['239.255.255.255', 'a multicast'],
  ['240.0.0.1', 'a reserved'],
  ['255.255.255.255', 'the broadcast'],
  ['::', 'an unspecified'],
  ['::1', 'a loopback'],
  ['::7f00:1', 'a reserved'],
  ['::127.0.0.1', 'an IPv4-mapped'],
  ['::ffff:127.0.0.1', 'an IPv4-mapped'],
  ['::ffff:7f00:1', 'an IPv4-mapped'],
  ['::ffff:8.8.8.8', 'an IPv4-mapped'],
  ['::ffff:0:7f00:1', 'an IPv4-translated'],
  ['64:ff9b::7f00:1', 'a NAT64'],
  ['64:ff9b:1::7f00:1', 'a NAT64'],
  ['100::1', 'a reserved'],
  ['2001::1', 'a Teredo'],
  ['2001:db8::1', 'a reserved'],
  ['2002:7f00:1::', 'a 6to4'],
  ['3fff::1', 'a reserved'],
  ['4000::1', 'a reserved'],
  ['fc00::1', 'a private'],
  ['fd00:ec2::254', 'a private'],
  ['fe80::1', 'a link-local'],
  ['fe80::1%eth0', 'a link-local'],
  ['febf::1', 'a link-local'],
  ['fec0::1', 'a reserved'],
  ['ff02::1', 'a multicast'],
];

const PUBLIC = [
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '169.253.255.255',
  '169.255.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '192.169.0.0',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001::1',
];

describe('addresses', () => {
  for (const [address, name] of SPECIAL) {
    it(`${address} is ${name} address`, () => assert.equal(describeSpecialAddress(address), name));
  }

  for (const address of PUBLIC) {
    it(`${address} is public`, () => assert.equal(describeSpecialAddress(address), undefined));
  }

  it('have one spelling once normalised', () => {
    assert.equal(normaliseAddress('::0:1'), normaliseAddress('0:0:0:0:0:0:0:1'));
    assert.equal(normaliseAddress('127.0.0.1'), '127.0.0.1');
    assert.notEqual(normaliseAddress('::1'), normaliseAddress('::2'));
  });
});

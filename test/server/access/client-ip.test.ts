import { expect, test } from 'vitest';
import { clientIp } from '../../../src/server/access/client-ip.ts';

function clientIpOf(remoteAddress: string | undefined, forwarded?: string, trustedProxies = 0): string {
  const header = (name: string) => (name === 'x-forwarded-for' ? (forwarded ?? null) : null);
  return clientIp({ peer: remoteAddress ?? null, header }, { trustedProxies });
}

test.each<[string | undefined, string]>([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::1', '0:0:0:0::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:0DB8::9', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  [undefined, 'unknown'],
])('a connection from %s has the client IP %s', (remote, expected) => {
  expect(clientIpOf(remote)).toBe(expected);
});

test.each<[string, number, string]>([
  ['203.0.113.9', 0, '192.0.2.1'],
  ['203.0.113.9', 1, '203.0.113.9'],
  ['198.51.100.7, 203.0.113.9', 1, '203.0.113.9'],
  ['198.51.100.7, 203.0.113.9', 2, '198.51.100.7'],
  ['1.1.1.1, 198.51.100.7,203.0.113.9', 2, '198.51.100.7'],
  ['203.0.113.9', 2, '203.0.113.9'],
  ['203.0.113.9:4711', 1, '203.0.113.9'],
  ['[2001:db8::9]:4711', 1, '2001:db8:0:0::/64'],
  ['unknown', 1, '192.0.2.1'],
  ['', 1, '192.0.2.1'],
  ['203.0.113.9, <script>', 1, '192.0.2.1'],
])('X-Forwarded-For: %s with %i trusted proxies has the client IP %s', (forwarded, proxies, expected) => {
  expect(clientIpOf('192.0.2.1', forwarded, proxies)).toBe(expected);
});

test('uses the address of a proxy that sends no X-Forwarded-For', () => {
  expect(clientIpOf('192.0.2.1', undefined, 1)).toBe('192.0.2.1');
});

import { isIP } from 'node:net';
import { remember } from '../http/remember.ts';
import type { RequestHead } from '../http/request-head.ts';

export interface ClientIpOptions {
  /** Number of trusted proxies, each of which appends to `X-Forwarded-For`. 0 ignores that header. */
  readonly trustedProxies: number;
}

/**
 * The client's IP address as a key for throttling, or `unknown`. In `X-Forwarded-For` only the rightmost entries, which
 * the trusted proxies added, are reliable: callers can forge the rest. IPv6 addresses are reduced to their /64 network,
 * because one client usually has all of it.
 */
export function clientIp(
  { peer, header }: Pick<RequestHead, 'peer' | 'header'>,
  { trustedProxies }: ClientIpOptions,
): string {
  if (trustedProxies === 0) return addressOrNetwork(peer ?? '') ?? 'unknown';
  const hops = (header('x-forwarded-for') ?? '').split(',');
  const forwarded = hops[Math.max(0, hops.length - trustedProxies)] ?? '';
  return addressOrNetwork(forwarded.trim()) ?? addressOrNetwork(peer ?? '') ?? 'unknown';
}

/** The IPv4 address, or the /64 network of the IPv6 address, without port and zone. Null if it is not an IP address. */
export const addressOrNetwork: (text: string) => string | null = remember((text) => {
  const bare = text
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1')
    .replace(/%.*$/, '');
  const mapped = bare.replace(/^::ffff:(?=[\d.]+$)/i, '');
  const version = isIP(mapped);
  if (version === 0) return null;
  return version === 4 ? mapped : `${ipv6Prefix(mapped)}::/64`;
});

function ipv6Prefix(address: string): string {
  // URL normalizes an IPv6 address to its shortest form.
  const [before = '', after] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const left = before === '' ? [] : before.split(':');
  const right = after === undefined || after === '' ? [] : after.split(':');
  const zeros = after === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array.from({ length: zeros }, () => '0'), ...right].slice(0, 4).join(':');
}

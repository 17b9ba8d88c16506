import { isIP } from 'node:net';

export interface AddressOptions {
  /** Proxies in front of the gateway, each of which adds to `X-Forwarded-For`. 0 does not believe that header. */
  readonly proxies: number;
}

/** What the address of a caller is known from. Under node:http the context of a request holds the request as it came in. */
interface Arrival {
  readonly req?: { readonly socket?: { readonly remoteAddress?: string | undefined } };
}

/**
 * Whence a request came, as a name to count by. Callers write what they like to the left in `X-Forwarded-For`; what our own
 * proxies saw stands to the right. Of an address of IPv6 the first half counts, since everyone has the other to choose from.
 */
export function clientAddress({ headers }: Request, arrival: object, { proxies }: AddressOptions): string {
  const { req } = arrival as Arrival;
  const seen = req?.socket?.remoteAddress ?? '';
  if (proxies === 0) return network(seen) ?? 'unknown';
  const hops = (headers.get('x-forwarded-for') ?? '').split(',');
  const told = hops[Math.max(0, hops.length - proxies)] ?? '';
  return network(told.trim()) ?? network(seen) ?? 'unknown';
}

/** The address without a port, or the network of it; null where it is no address. */
function network(text: string): string | null {
  const bare = text
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1')
    .replace(/%.*$/, '');
  const mapped = bare.replace(/^::ffff:(?=[\d.]+$)/i, '');
  const version = isIP(mapped);
  if (version === 0) return null;
  return version === 4 ? mapped : `${firstHalf(mapped)}::/64`;
}

function firstHalf(address: string): string {
  // A URL spells every address the shortest way.
  const [before = '', after] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const left = before === '' ? [] : before.split(':');
  const right = after === undefined || after === '' ? [] : after.split(':');
  const zeros = after === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array.from({ length: zeros }, () => '0'), ...right].slice(0, 4).join(':');
}

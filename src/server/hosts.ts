import { isIP } from 'node:net';

/** Names by which a browser on this machine knows it. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** What is wrong with the host that a request names. */
export type HostProblem = 'malformed' | 'unknown';

/**
 * Judges the `Host` of a request. Where only this machine can reach the gateway, a page of any site could have its own
 * name point here, and would then be taken for ours by the browser: so names have to be known.
 *
 * @param hosts every such header of the request
 * @param served the names that are known beside those of this machine; null takes every name
 */
export function hostProblem(
  hosts: readonly string[] = [],
  served: readonly string[] | null = null,
): HostProblem | null {
  const [host, ...others] = hosts;
  if (host === undefined) return served === null ? null : 'unknown';
  const name = nameOf(host);
  if (name === null || others.length > 0) return 'malformed';
  return served === null || LOOPBACK.includes(name) || served.includes(name) ? null : 'unknown';
}

/** The name in a `Host`, without the port; null where it is none. */
function nameOf(host: string): string | null {
  const [, name = '', address = ''] = /^([\w.-]+|\[([\da-f:.]+)\])(?::\d{1,5})?$/i.exec(host) ?? [];
  if (name === '' || (address !== '' && isIP(address) !== 6)) return null;
  return URL.canParse(`http://${host}`) ? name.toLowerCase() : null;
}

import { isIP } from 'node:net';
import { remember } from './remember.ts';

/** Loopback host names, as browsers send them. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** `malformed`: not exactly one valid host name. `unknown`: a host name that is not allowed. */
export type HostProblem = 'malformed' | 'unknown';

/**
 * Validates the `Host` header against DNS rebinding: any site could point its own host name at the loopback address, and
 * the browser would then treat the gateway as same-origin with that site. Returns null if the host is allowed.
 *
 * @param hosts all Host headers of the request
 * @param allowed host names in addition to the loopback names; null allows every name. @default null
 */
export function checkHost(
  hosts: readonly string[] = [],
  allowed: readonly string[] | null = null,
): HostProblem | null {
  const [host, ...others] = hosts;
  if (host === undefined) return allowed === null ? null : 'unknown';
  const name = hostName(host);
  if (name === null || others.length > 0) return 'malformed';
  return allowed === null || LOOPBACK.includes(name) || allowed.includes(name) ? null : 'unknown';
}

/** The lower-case host name of a `Host` header, without the port. Null if it is malformed. */
const hostName = remember((host): string | null => {
  const [, name = '', address = ''] = /^([\w.-]+|\[([\da-f:.]+)\])(?::\d{1,5})?$/i.exec(host) ?? [];
  if (name === '' || (address !== '' && isIP(address) !== 6)) return null;
  return URL.canParse(`http://${host}`) ? name.toLowerCase() : null;
});

/** Whether a response from a URL can be trusted not to have been changed in transit: https, or http on loopback. */
export function isTrustworthy({ protocol, hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(host));
}

/** Whether a string is an origin as browsers send it: scheme, host and port, without a path. */
export function isOrigin(text: string): boolean {
  return /^https?:\/\/[\w.:[\]-]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Whether a host is a loopback name or address; an IPv6 address without brackets. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Whether a string is the URL of a Redis or Valkey server. */
export function isRedisUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname } = new URL(text);
  return /^(redis|valkey)s?:$/.test(protocol) && hostname !== '' && /^(\/\d{0,5})?$/.test(pathname);
}

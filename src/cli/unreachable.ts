/** What to check if the store is not reached at BIGCOMMERCE_API_URL. */
export const CHECK_ADDRESS = 'check BIGCOMMERCE_API_URL, the firewall, and the status page of the platform';

/** What to do if a connection to the store fails with this code. */
export function adviceOn(code: string): string {
  if (isNameError(code)) return 'check BIGCOMMERCE_API_URL and the DNS of this machine';
  if (isCertificateError(code)) return 'a proxy that opens TLS needs its authority in NODE_EXTRA_CA_CERTS';
  return CHECK_ADDRESS;
}

/** Whether a name has no address. */
export function isNameError(code: string): boolean {
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN';
}

export function isCertificateError(code: string): boolean {
  return /CERT|SELF_SIGNED|ISSUER|ERR_TLS/.test(code);
}

/** The code of what broke a connection, such as ECONNREFUSED. */
export function networkCode(cause: unknown): string {
  const { code } = (cause ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'no code';
}

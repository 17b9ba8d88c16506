import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from 'jose';

type Key = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

/** The claims of a token. A claim that is undefined is omitted. */
export type Claims = Readonly<Record<string, unknown>>;

/** An OpenID provider on loopback with configurable responses. */
export interface OpenIdProvider {
  readonly issuer: string;
  readonly jwksUrl: string;
  /** The current private signing key. */
  readonly key: () => Key;
  /** The current public key, as published in the JWKS. */
  readonly publicJwk: () => JWK;
  /** Switches to a new signing key and adds it to the JWKS. */
  rotate(kid: string): Promise<void>;
  /** Removes a key from the JWKS. */
  withdraw(kid: string): void;
  /** Overrides the body of all responses. Null removes the override. */
  override(body: string | null, status?: number): void;
  /** Number of requests for the JWKS. */
  readonly jwksRequests: () => number;
  sign(claims: Claims, header?: Partial<JWTHeaderParameters>, key?: Key | Uint8Array): Promise<string>;
  close(): Promise<void>;
}

export async function startOpenIdProvider(): Promise<OpenIdProvider> {
  const jwks: JWK[] = [];
  let signing: Key;
  let current = '';
  let override: { readonly body: string; readonly status: number } | null = null;
  let asked = 0;

  const server = createServer((request, response) => {
    if (request.url === '/keys') asked += 1;
    const body = request.url === '/keys' ? { keys: jwks } : { issuer, jwks_uri: jwksUrl };
    response.writeHead(override?.status ?? 200, { 'content-type': 'application/json' });
    response.end(override?.body ?? JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const jwksUrl = `${issuer}keys`;

  async function rotate(kid: string): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    signing = privateKey;
    current = kid;
    jwks.push({ ...(await exportJWK(publicKey)), kid, use: 'sig' });
  }

  await rotate('first');
  return {
    issuer,
    jwksUrl,
    key: () => signing,
    publicJwk: () => jwks.at(-1) as JWK,
    rotate,
    withdraw(kid) {
      jwks.splice(
        jwks.findIndex((key) => key.kid === kid),
        1,
      );
    },
    override(body, status = 200) {
      override = body === null ? null : { body, status };
    },
    jwksRequests: () => asked,
    sign: (claims, header = {}, key = signing) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: current, typ: 'JWT', ...header }).sign(key),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

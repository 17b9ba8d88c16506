import type { Plugin } from 'graphql-yoga';
import type { Authenticator } from '../access/authenticator.ts';
import type { RequestFacts } from './request-log.ts';

/** What is served to whoever asks: nothing of it is about the store's customers. */
const OPEN: ReadonlySet<string> = new Set(['/', '/health/live', '/health/ready']);

/** A token of an OpenID provider may be long; nothing that is longer is one. */
const LONGEST_CREDENTIAL = 8_192;

/**
 * Lets nobody in who does not say who they are: `Authorization: Bearer`, with a key or a token. Why someone is not let in
 * is not told: missing, unknown, expired and broken are one answer.
 */
export function authentication({
  authenticator,
}: {
  readonly authenticator: Authenticator;
}): Plugin<object, RequestFacts> {
  return {
    async onRequest({ request, url, serverContext, endResponse }) {
      if (OPEN.has(url.pathname)) return;
      const credential = credentialOf(request);
      const caller = credential === null ? null : await authenticator.identify(credential);
      if (caller !== null) {
        serverContext.caller = caller;
        return;
      }
      serverContext.errorCodes = ['UNAUTHENTICATED'];
      endResponse(refusal(request));
    },
  };
}

function credentialOf({ headers }: Request): string | null {
  const [, credential = ''] = /^Bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '') ?? [];
  return credential === '' || credential.length > LONGEST_CREDENTIAL ? null : credential;
}

function refusal({ headers }: Request): Response {
  const message = 'It is not known who asks: send a valid key or token as "Authorization: Bearer ...".';
  const isGraphql = headers.get('accept')?.includes('application/graphql-response+json') === true;
  const type = isGraphql ? 'application/graphql-response+json' : 'application/json';
  return new Response(JSON.stringify({ errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] }), {
    status: 401,
    headers: { 'content-type': `${type}; charset=utf-8`, 'www-authenticate': 'Bearer' },
  });
}

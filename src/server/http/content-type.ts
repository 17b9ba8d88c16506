import { createGraphQLError, type Plugin } from 'graphql-yoga';

/**
 * Accepts POST requests only as uncompressed JSON. HTML forms can send the other content types that Yoga parses, without
 * a CORS preflight; and a compressed body can expand to a thousand times its size.
 */
export function requireJson(): Plugin {
  return {
    onRequest({ request, endResponse }) {
      if (request.method !== 'POST') return;
      const type = request.headers.get('content-type') ?? '';
      const encoding = request.headers.get('content-encoding') ?? 'identity';
      if (!/^application\/json *(;|$)/.test(type))
        endResponse(unsupportedMediaType('Send operations as application/json.'));
      else if (encoding !== 'identity') endResponse(unsupportedMediaType('Send the body uncompressed.'));
    },
    onRequestParse({ request, requestParser, setRequestParser }) {
      if (request.method !== 'GET' || requestParser === undefined) return;
      setRequestParser((incoming) => rethrowAsBadRequest(() => requestParser(incoming)));
    },
  };
}

// Yoga would report malformed JSON in URL parameters as an internal error.
function rethrowAsBadRequest<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw createGraphQLError('The variables or the extensions are not valid JSON.', {
      extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
    });
  }
}

function unsupportedMediaType(message: string): Response {
  const errors = [{ message, extensions: { code: 'BAD_USER_INPUT' } }];
  return Response.json({ errors }, { status: 415, headers: { 'accept-encoding': 'identity' } });
}

import { createGraphQLError, type Plugin } from 'graphql-yoga';

/**
 * Takes operations by POST as plain JSON alone. The other forms that Yoga reads could be sent by a form on any web page,
 * which a browser does not ask leave for; and a packed body may be a thousand times as large as it looks.
 */
export function jsonOnly(): Plugin {
  return {
    onRequest({ request, endResponse }) {
      if (request.method !== 'POST') return;
      const type = request.headers.get('content-type') ?? '';
      const packing = request.headers.get('content-encoding') ?? 'identity';
      if (!/^application\/json *(;|$)/.test(type))
        endResponse(refusal('Operations are sent as application/json.'));
      else if (packing !== 'identity') endResponse(refusal('The body is to be sent as it is, not packed.'));
    },
    onRequestParse({ request, requestParser, setRequestParser }) {
      if (request.method !== 'GET' || requestParser === undefined) return;
      setRequestParser((whole) => readable(() => requestParser(whole)));
    },
  };
}

// Yoga takes it for its own failure where the variables in a URL are no JSON.
function readable<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw createGraphQLError('The variables or the extensions are no JSON.', {
      extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
    });
  }
}

function refusal(message: string): Response {
  const errors = [{ message, extensions: { code: 'BAD_USER_INPUT' } }];
  return Response.json({ errors }, { status: 415, headers: { 'accept-encoding': 'identity' } });
}

import { createGraphQLError, type Plugin } from 'graphql-yoga';
import type { RequestState } from '../observability/request-log.ts';

/**
 * Accepts POST requests only as uncompressed JSON. HTML forms can send the other content types that Yoga parses, without
 * a CORS preflight; and a compressed body can expand to a thousand times its size.
 */
export function requireJson(): Plugin<object, RequestState> {
  return {
    onRequest({ request, endResponse }) {
      if (request.method !== 'POST') return;
      const encoding = request.headers.get('content-encoding') ?? 'identity';
      if (!isJson(request.headers.get('content-type')))
        endResponse(unsupportedMediaType('Send operations as application/json.'));
      else if (encoding !== 'identity') endResponse(unsupportedMediaType('Send the body uncompressed.'));
      // Yoga compares media types with regard to case and blanks.
      else request.headers.set('content-type', JSON_TYPE);
    },
    onRequestParse({ request, requestParser, setRequestParser, serverContext }) {
      if (requestParser === undefined) return;
      const { bodyText } = serverContext;
      if (request.method === 'POST')
        setRequestParser(async (incoming) => parseBody(bodyText ?? (await incoming.text())));
      else if (request.method === 'GET')
        setRequestParser((incoming) => rethrowAsBadRequest(() => requestParser(incoming)));
    },
  };
}

const JSON_TYPE = 'application/json';

/** Whether a `Content-Type` header names JSON, with any parameters. */
export function isJson(contentType: string | null): boolean {
  const [type = ''] = (contentType ?? '').split(';', 1);
  return type.trim().toLowerCase() === JSON_TYPE;
}

const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Parses a body as GraphQL parameters, or a list of them. Yoga's own parser rejects a byte order mark.
 *
 * @throws GraphQLError if it is neither
 */
export function parseBody(text: string): object {
  const body = parseJson(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  if (typeof body !== 'object' || body === null)
    throw badRequest('The request body must be a JSON object.', false);
  return body;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the body.
    throw badRequest('The request body is not valid JSON.', true);
  }
}

// Yoga would report malformed JSON in URL parameters as an internal error.
function rethrowAsBadRequest<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badRequest('The variables or the extensions are not valid JSON.', false);
  }
}

/** @param spec whether the status is 200 under `application/json`, as for a well-formed GraphQL response */
function badRequest(message: string, spec: boolean) {
  return createGraphQLError(message, {
    extensions: { code: 'BAD_REQUEST', http: { status: 400, ...(spec && { spec }) } },
  });
}

function unsupportedMediaType(message: string): Response {
  const errors = [{ message, extensions: { code: 'BAD_USER_INPUT' } }];
  return Response.json({ errors }, { status: 415, headers: { 'accept-encoding': 'identity' } });
}

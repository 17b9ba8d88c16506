import type { Plugin } from 'graphql-yoga';

/**
 * Takes operations by POST as JSON alone. The other forms that Yoga reads could be sent by a form on any web page,
 * which a browser does not ask leave for.
 */
export function jsonOnly(): Plugin {
  return {
    onRequest({ request, endResponse }) {
      const type = request.headers.get('content-type') ?? '';
      if (request.method === 'POST' && !/^application\/json *(;|$)/.test(type)) {
        endResponse(new Response(null, { status: 415 }));
      }
    },
  };
}

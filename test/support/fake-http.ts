import type { Call, HttpClient } from '../../src/rest/client/http.ts';

/** An in-memory store that records each call as `path?query`. */
export interface FakeHttpClient extends HttpClient {
  readonly calls: readonly string[];
}

// As long as the base URL of a real store.
const BASE_URL = 'https://api.bigcommerce.com/stores/abc123/v3';

/** @param answer returns the response body of a call, or throws */
export function createFakeHttpClient(answer: (call: Call) => unknown): FakeHttpClient {
  const calls: string[] = [];
  return {
    calls,
    urlPrefixLength: BASE_URL.length,
    async send(call) {
      calls.push(call.query === '' ? call.path : `${call.path}?${call.query}`);
      return answer(call);
    },
    attempt: () => Promise.reject(new Error('this store is read-only')),
    storeNow: Date.now,
    close: async () => {},
  };
}

/** The length of the URL of a recorded call. */
export function urlLength(call: string): number {
  return BASE_URL.length + call.length;
}

import type { Call, Http } from '../../src/rest/http.ts';

/** A store in memory: it notes each call as `path?query` and answers what the function says. */
export interface FakeHttp extends Http {
  readonly calls: readonly string[];
}

/** The URLs of this store begin as those of a real one do. */
const BASE_URL = 'https://api.bigcommerce.com/stores/abc123/v3';

export function fakeHttp(answer: (call: Call) => unknown): FakeHttp {
  const calls: string[] = [];
  return {
    calls,
    urlOverhead: BASE_URL.length,
    async send(call) {
      calls.push(call.query === '' ? call.path : `${call.path}?${call.query}`);
      return answer(call);
    },
    attempt: () => Promise.reject(new Error('this store is only read from')),
    storeNow: Date.now,
    close: async () => {},
  };
}

/** The length of the URL of a noted call. */
export function urlLength(call: string): number {
  return BASE_URL.length + call.length;
}

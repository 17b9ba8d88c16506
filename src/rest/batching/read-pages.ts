import type { Layer, RestCall } from '../client/call.ts';
import { pageParameters, readPage } from '../wire/page.ts';
import { readAllPages } from '../wire/read-all-pages.ts';

/** Reads all pages of a list if the call asks for them, and answers them as one page. */
export function readPages(next: Layer<unknown>): Layer<unknown> {
  async function readAll(call: RestCall): Promise<unknown> {
    const data = await readAllPages(async (request) => {
      const parameters = [...call.parameters, ...pageParameters(request)];
      return readPage(await next({ ...call, parameters, allPages: false }), (item) => item);
    });
    return { data };
  }

  return (call) => (call.allPages === true ? readAll(call) : next(call));
}

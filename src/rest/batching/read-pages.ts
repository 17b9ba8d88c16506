import type { Layer, RestCall } from '../client/call.ts';
import { pageParameters, readPage, type StorePage } from '../wire/page.ts';
import { readAllPages } from '../wire/read-all-pages.ts';

/** Reads all pages of a list if the call asks for them, and answers them as one page. */
export function readPages(next: Layer<unknown>): Layer<unknown> {
  function readAll(call: RestCall): Promise<unknown> {
    const pages = readAllPages((request) => {
      const parameters = [...call.parameters, ...pageParameters(request)];
      return next({ ...call, parameters, allPages: false }).then(toPage);
    });
    return pages.then((data) => ({ data }));
  }

  return (call) => (call.allPages === true ? readAll(call) : next(call));
}

function toPage(body: unknown): StorePage<unknown> {
  return readPage(body, (item) => item);
}

import { Environment, type FetchFunction, Network, RecordSource, Store } from 'relay-runtime';

/** Without `multipart/mixed` in `accept`, deferred parts come with the rest of the response. */
export function createFetch(url: string, fetch = globalThis.fetch): FetchFunction {
  return async ({ id, text }, variables) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      // With `persistConfig` an operation has an id in place of its text: a trusted document of the gateway.
      body: JSON.stringify(id ? { documentId: id, variables } : { query: text, variables }),
    });
    return response.json();
  };
}

export function createEnvironment(url: string, fetch = globalThis.fetch) {
  return new Environment({
    network: Network.create(createFetch(url, fetch)),
    store: new Store(new RecordSource()),
    // A customer that a list has loaded needs no request.
    missingFieldHandlers: [
      {
        kind: 'linked',
        handle: (field, _record, { by, id }) =>
          field.name === 'node' ? id : field.name === 'customer' ? by?.id : undefined,
      },
    ],
  });
}

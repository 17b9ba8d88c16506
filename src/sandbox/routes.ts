import createRouter from 'find-my-way';
import type { Answer } from './answers.ts';
import type { Call } from './call.ts';
import { getCustomersAddresses } from './resources/addresses.ts';
import { getCustomers } from './resources/customers.ts';

/** One operation of the API. */
export interface Operation {
  readonly operationId: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/stores/{hash}/v3`. */
  readonly path: string;
  readonly handle: (call: Call) => Answer;
}

export interface Route {
  readonly operation: Operation;
  readonly storeHash: string;
  readonly params: Readonly<Record<string, string | undefined>>;
}

const operations: readonly Operation[] = [
  { operationId: 'getCustomers', method: 'GET', path: '/customers', handle: getCustomers },
  {
    operationId: 'getCustomersAddresses',
    method: 'GET',
    path: '/customers/addresses',
    handle: getCustomersAddresses,
  },
];

/** Finds the operation that a method and a path ask for; null is the platform's 404 for both. */
export function createRoutes(): (method: string, path: string) => Route | null {
  const router = createRouter();
  for (const operation of operations) {
    // The router wants a handler; ours needs more than it would be given, so it travels as the route's own data.
    router.on(operation.method, `/stores/:storeHash/v3${operation.path}`, () => undefined, operation);
  }
  return (method, path) => {
    const found = router.find(method as createRouter.HTTPMethod, path);
    if (!found) return null;
    const { storeHash = '', ...params } = found.params;
    return { operation: found.store, storeHash, params };
  };
}

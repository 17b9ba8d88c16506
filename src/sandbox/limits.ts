/** The store's limits. For all of them 0 = unlimited. */
export interface Limits {
  /** Maximum items per call that creates or updates customers or upserts attribute values. @default 10 */
  readonly itemsPerCall: number;
  /** Maximum items per call of the other bulk operations. Not documented. @default 0 */
  readonly itemsPerOtherCall: number;
  /** Maximum in-flight calls by operation. An operation that is not listed is unlimited. */
  readonly concurrency: Readonly<Record<string, number>>;
  /** Maximum length of the path with its query, in characters; a longer one gets 414. Not documented. @default 0 */
  readonly urlLength: number;
  /** Maximum credential checks per window. The platform does not publish its number. @default 10 */
  readonly credentialChecks: number;
  /** Length of the window for credential checks, in milliseconds. @default 60000 */
  readonly credentialWindowMs: number;
  /** Maximum attribute definitions in the store. @default 50 */
  readonly attributes: number;
  /** Maximum metafields per customer and API account. @default 250 */
  readonly metafields: number;
}

export const defaultLimits: Limits = {
  itemsPerCall: 10,
  itemsPerOtherCall: 0,
  concurrency: {
    createCustomers: 10,
    updateCustomers: 3,
    createCustomersAddresses: 10,
    updateCustomersAddresses: 3,
    createCustomersAttributes: 3,
    updateCustomersAttributes: 3,
    upsertCustomersAttributeValues: 3,
    updateCustomerFormFieldValues: 10,
  },
  urlLength: 0,
  credentialChecks: 10,
  credentialWindowMs: 60_000,
  attributes: 50,
  metafields: 250,
};

export const noLimits: Limits = {
  itemsPerCall: 0,
  itemsPerOtherCall: 0,
  concurrency: {},
  urlLength: 0,
  credentialChecks: 0,
  credentialWindowMs: 60_000,
  attributes: 0,
  metafields: 0,
};

/** Statistics of in-flight calls. */
export interface ConcurrencyStats {
  /** The peak number of in-flight calls by operation, including rejected calls. */
  peak(): Readonly<Record<string, number>>;
  clear(): void;
}

export interface ConcurrencyLimiter extends ConcurrencyStats {
  /** Counts a call as in flight. Returns whether it is within the limit, and the function that ends it. */
  acquire(operationId: string): { readonly allowed: boolean; readonly release: () => void };
}

export function createConcurrencyLimiter(limits: Limits['concurrency']): ConcurrencyLimiter {
  const inFlight = new Map<string, number>();
  let peaks = new Map<string, number>();
  return Object.freeze({
    acquire(operationId: string) {
      const calls = (inFlight.get(operationId) ?? 0) + 1;
      inFlight.set(operationId, calls);
      peaks.set(operationId, Math.max(calls, peaks.get(operationId) ?? 0));
      const release = () => inFlight.set(operationId, (inFlight.get(operationId) ?? 1) - 1);
      return { allowed: calls <= (limits[operationId] || Number.POSITIVE_INFINITY), release };
    },
    peak: () => Object.fromEntries(peaks),
    clear() {
      peaks = new Map();
    },
  });
}

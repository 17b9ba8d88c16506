/** How much the store takes at once. Everywhere 0 means no limit. */
export interface Limits {
  /** Items in one call that creates or updates customers, or sets attribute values. @default 10 */
  readonly itemsPerCall: number;
  /** Items in one call of the other bulk operations, for which no number is documented. @default 0 */
  readonly itemsPerOtherCall: number;
  /** Calls in flight by operation; an operation that is not named has no cap. */
  readonly concurrency: Readonly<Record<string, number>>;
  /** Characters of a path with its query; beyond them 414. No number is documented. @default 0 */
  readonly urlCharacters: number;
  /** Credential checks in a window; the platform's own number is secret. @default 10 */
  readonly credentialChecks: number;
  /** Length of the credential guard's window in milliseconds. @default 60000 */
  readonly credentialWindowMs: number;
  /** Attribute definitions in the store. @default 50 */
  readonly attributes: number;
  /** Metafields of one customer that one API account may make. @default 250 */
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
  urlCharacters: 0,
  credentialChecks: 10,
  credentialWindowMs: 60_000,
  attributes: 50,
  metafields: 250,
};

export const noLimits: Limits = {
  itemsPerCall: 0,
  itemsPerOtherCall: 0,
  concurrency: {},
  urlCharacters: 0,
  credentialChecks: 0,
  credentialWindowMs: 60_000,
  attributes: 0,
  metafields: 0,
};

/** Calls in flight by operation, and the most that there were at once. */
export interface Concurrency {
  /** The highest number of calls in flight that each operation has seen, the refused ones included. */
  highest(): Readonly<Record<string, number>>;
  clear(): void;
}

export interface ConcurrencyGate extends Concurrency {
  /** Counts a call in, tells whether it is within the cap, and hands out what counts it off again. */
  enter(operationId: string): { readonly allowed: boolean; readonly leave: () => void };
}

export function createConcurrencyGate(caps: Limits['concurrency']): ConcurrencyGate {
  const inFlight = new Map<string, number>();
  let highest = new Map<string, number>();
  return Object.freeze({
    enter(operationId: string) {
      const calls = (inFlight.get(operationId) ?? 0) + 1;
      inFlight.set(operationId, calls);
      highest.set(operationId, Math.max(calls, highest.get(operationId) ?? 0));
      const leave = () => inFlight.set(operationId, (inFlight.get(operationId) ?? 1) - 1);
      return { allowed: calls <= (caps[operationId] || Number.POSITIVE_INFINITY), leave };
    },
    highest: () => Object.fromEntries(highest),
    clear() {
      highest = new Map();
    },
  });
}

import type { SandboxOptions } from '../../../src/sandbox/index.ts';
import type { StoreClient } from '../support/store-client.ts';

/** A test case of an operation. */
export interface Case {
  /** The requirement that it covers: `success`, a status, or the name of a limit or a quirk. */
  readonly requirement: string;
  /** The title of the test. */
  readonly title: string;
  readonly options?: SandboxOptions;
  readonly run: (shop: StoreClient) => Promise<void>;
}

/** Test cases by operation id. */
export type Cases = Readonly<Record<string, readonly Case[]>>;

/** Distinct new customers for a POST. */
export function newCustomers(count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({
    email: `new.person.${index}@example.com`,
    first_name: 'Nora',
    last_name: `Quist${index}`,
  }));
}

export const plainAddress = {
  customer_id: 1,
  first_name: 'Nora',
  last_name: 'Quist',
  address1: '1 New Street',
  city: 'Madison',
  state_or_province: 'Wisconsin',
  postal_code: '53703',
  country_code: 'US',
};

import type { SandboxOptions } from '../../../src/sandbox/index.ts';
import type { StoreClient } from '../support/store-client.ts';

/** One thing that one operation is known to do: a cell of the table of operations. */
export interface Case {
  /** `success`, a status, or the name of a limit or a trap. */
  readonly cell: string;
  readonly does: string;
  readonly options?: SandboxOptions;
  readonly run: (shop: StoreClient) => Promise<void>;
}

/** The cases of each operation by its id. */
export type Cases = Readonly<Record<string, readonly Case[]>>;

/** A number of different customers, ready to be created. */
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

import { ADDRESSES } from './addresses.ts';
import { ATTRIBUTES } from './attributes.ts';
import { CUSTOMERS } from './customers.ts';
import { METAFIELDS } from './metafields.ts';
import { OTHER_RESOURCES } from './other-resources.ts';
import type { OperationCoverage } from './rows.ts';

/** The coverage of all operations, by their ids. */
export const COVERAGE: Readonly<Record<string, OperationCoverage>> = {
  ...CUSTOMERS,
  ...ADDRESSES,
  ...ATTRIBUTES,
  ...OTHER_RESOURCES,
  ...METAFIELDS,
};

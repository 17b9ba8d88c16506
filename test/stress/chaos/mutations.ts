import { addressMutations } from './address-mutations.ts';
import { attributeMutations } from './attribute-mutations.ts';
import { customerMutations } from './customer-mutations.ts';
import { metafieldMutations } from './metafield-mutations.ts';
import { otherMutations } from './other-mutations.ts';
import type { MutationGenerator } from './simulation.ts';
import { upsertMutations } from './upsert-mutations.ts';

/** Every mutation that writes, without those of shoppers. */
export const mutations: readonly MutationGenerator[] = [
  ...customerMutations,
  ...addressMutations,
  ...upsertMutations,
  ...attributeMutations,
  ...metafieldMutations,
  ...otherMutations,
];

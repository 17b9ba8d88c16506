import { addressKinds } from './address-kinds.ts';
import { attributeKinds } from './attribute-kinds.ts';
import { customerKinds } from './customer-kinds.ts';
import { metafieldKinds } from './metafield-kinds.ts';
import { otherKinds } from './other-kinds.ts';
import type { Kind } from './world.ts';

/** Every mutation that writes. */
export const kinds: readonly Kind[] = [
  ...customerKinds,
  ...addressKinds,
  ...attributeKinds,
  ...metafieldKinds,
  ...otherKinds,
];

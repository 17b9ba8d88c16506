import { addressKinds } from './address-kinds.ts';
import { customerKinds } from './customer-kinds.ts';
import type { Kind } from './world.ts';

/** Every kind of write that is driven. */
export const kinds: readonly Kind[] = [...customerKinds, ...addressKinds];

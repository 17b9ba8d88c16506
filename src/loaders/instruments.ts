import type { Rest } from '../rest/index.ts';
import type { StoredInstrument } from '../rest/instruments.ts';
import { createEachLoader, type OnShared } from './batch.ts';

/** Stored instruments, one call a customer: the store has no batch. */
export interface InstrumentLoader {
  ofCustomer(customerEntityId: number): Promise<readonly StoredInstrument[] | null>;
}

export function createInstrumentLoader(
  { instruments }: Pick<Rest, 'instruments'>,
  onShared?: OnShared,
): InstrumentLoader {
  return { ofCustomer: createEachLoader(instruments.ofCustomer, onShared) };
}

import type { Rest } from '../rest/index.ts';
import type { StoredInstrument } from '../rest/records/instruments.ts';
import { type BatchingOptions, createSingleLoader } from './fieldset-loader.ts';

/** Loads stored instruments with one call per customer: the API has no batch read. */
export interface InstrumentLoader {
  /** Null if there is no such customer. */
  ofCustomer(customerEntityId: number): Promise<readonly StoredInstrument[] | null>;
}

export function createInstrumentLoader(
  { instruments }: Pick<Rest, 'instruments'>,
  batching?: BatchingOptions,
): InstrumentLoader {
  return { ofCustomer: createSingleLoader(instruments.ofCustomer, batching) };
}

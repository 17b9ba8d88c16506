import type { AttributeValueFilter } from '../rest/attributes.ts';
import { readTogether } from '../rest/batching/read-together.ts';
import type { Rest } from '../rest/index.ts';
import type { CustomerAttributeDefinition, CustomerAttributeValue } from '../rest/records/attributes.ts';
import { type PageRequest, type StorePage, sortById } from '../rest/wire/page.ts';
import { createDefinitionsLoader, type DefinitionsCache } from './definitions.ts';
import {
  type BatchingOptions,
  createFieldsetLoader,
  createQueryLoader,
  NO_PARTS,
  oneBatch,
} from './fieldset-loader.ts';
import { manyByKey } from './group-by-key.ts';

/** Loads attribute definitions and values, batched and cached for one request. */
export interface AttributeLoader {
  definitions(): Promise<readonly CustomerAttributeDefinition[]>;
  /** All values of one customer, sorted by id. */
  valuesOfCustomer(customerEntityId: number): Promise<readonly CustomerAttributeValue[]>;
  valuesPage(request: PageRequest, filter: AttributeValueFilter): Promise<StorePage<CustomerAttributeValue>>;
  /** The filter in parts that fit one URL each. */
  splitValues(filter: AttributeValueFilter): readonly AttributeValueFilter[];
  /** All values that match one of these filters, sorted by id. */
  valuesMatching(filters: readonly AttributeValueFilter[]): Promise<readonly CustomerAttributeValue[]>;
}

export interface AttributeLoaderOptions {
  readonly rest: Pick<Rest, 'attributes'>;
  readonly cache: DefinitionsCache<CustomerAttributeDefinition>;
  /** Maximum age of cached definitions in milliseconds. @default that of the cache */
  readonly maxAgeMs?: number | undefined;
  /** Called when the cache saved a call. */
  readonly onCached: () => void;
  readonly batching?: BatchingOptions | undefined;
}

export function createAttributeLoader({
  rest: { attributes },
  cache,
  maxAgeMs,
  onCached,
  batching,
}: AttributeLoaderOptions): AttributeLoader {
  const values = createFieldsetLoader<number, never, readonly CustomerAttributeValue[]>(
    (partsByKey) =>
      oneBatch(partsByKey, async (customerIds) =>
        manyByKey(
          await attributes.valuesOfCustomers(customerIds),
          ({ customerEntityId }) => customerEntityId,
        ),
      ),
    batching,
  );
  const pages = createQueryLoader<
    { request: PageRequest; filter: AttributeValueFilter },
    never,
    StorePage<CustomerAttributeValue>
  >(({ request, filter }) => attributes.valuesPage(request, filter), batching);

  const matching = createQueryLoader<
    readonly AttributeValueFilter[],
    never,
    readonly CustomerAttributeValue[]
  >(
    async (filters) => sortById((await readTogether(filters.map(attributes.valuesMatching))).flat()),
    batching,
  );

  return {
    splitValues: attributes.splitValues,
    valuesMatching: (filters) => matching(filters, NO_PARTS),
    definitions: createDefinitionsLoader({
      read: attributes.definitions,
      cache,
      maxAgeMs,
      onCached,
      batching,
    }),
    valuesOfCustomer: (customerEntityId) => values.load(customerEntityId, NO_PARTS),
    valuesPage: (request, filter) => pages({ request, filter }, NO_PARTS),
  };
}

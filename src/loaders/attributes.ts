import type { AttributeValueFilter } from '../rest/attributes.ts';
import type { Rest } from '../rest/index.ts';
import type { CustomerAttributeDefinition, CustomerAttributeValue } from '../rest/records/attributes.ts';
import { type PageRequest, type StorePage, sortById } from '../rest/wire/page.ts';
import {
  type BatchingOptions,
  createFieldsetLoader,
  createQueryLoader,
  NO_PARTS,
  oneBatch,
} from './fieldset-loader.ts';
import { manyByKey } from './group-by-key.ts';

/** A cache of the store's attribute definitions, shared by all requests. */
export interface DefinitionsCache {
  /** The cached definitions. Null if there are none or they have expired. @param maxAgeMs @default the time to live */
  get(maxAgeMs?: number): readonly CustomerAttributeDefinition[] | null;
  /** The number of definitions at the last read. Null if there was none recently. */
  count(): number | null;
  /** Starts a read. Call the returned function with its result, which is cached unless `clear` was called meanwhile. */
  startRead(): (definitions: readonly CustomerAttributeDefinition[]) => void;
  /** Call after every write of definitions. */
  clear(): void;
}

export interface DefinitionsCacheOptions {
  /**
   * Time to live in milliseconds. Changes by other apps are visible after this time: no webhook reports them. 0 reads them
   * for each request, from the cache of the store's answers if that is on. @default 60000
   */
  readonly ttlMs?: number;
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

const DEFAULT_TTL_MS = 60_000;

export function createDefinitionsCache({
  ttlMs = DEFAULT_TTL_MS,
  now = () => performance.now(),
}: DefinitionsCacheOptions = {}): DefinitionsCache {
  let entry: { readonly definitions: readonly CustomerAttributeDefinition[]; readonly at: number } | null =
    null;
  let generation = 0;
  return {
    get: (maxAgeMs = ttlMs) =>
      entry !== null && now() - entry.at < Math.min(ttlMs, maxAgeMs) ? entry.definitions : null,
    count: () => (entry !== null && now() - entry.at < DEFAULT_TTL_MS ? entry.definitions.length : null),
    startRead() {
      const [startedIn, at] = [generation, now()];
      return (definitions) => {
        if (startedIn === generation) entry = { definitions, at };
      };
    },
    clear() {
      entry = null;
      generation += 1;
    },
  };
}

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
  readonly cache: DefinitionsCache;
  /** Maximum age of cached definitions in milliseconds. @default that of the cache */
  readonly maxAgeMs?: number | undefined;
  /** Called when the cache saved a call. */
  readonly onCached: () => void;
  readonly batching?: BatchingOptions;
}

export function createAttributeLoader({
  rest: { attributes },
  cache,
  maxAgeMs,
  onCached,
  batching,
}: AttributeLoaderOptions): AttributeLoader {
  let definitions: Promise<readonly CustomerAttributeDefinition[]> | null = null;

  async function readDefinitions(): Promise<readonly CustomerAttributeDefinition[]> {
    const store = cache.startRead();
    const result = await attributes.definitions();
    store(result);
    return result;
  }

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
    async (filters) => sortById((await Promise.all(filters.map(attributes.valuesMatching))).flat()),
    batching,
  );

  return {
    splitValues: attributes.splitValues,
    valuesMatching: (filters) => matching(filters, NO_PARTS),
    definitions() {
      const cached = cache.get(maxAgeMs);
      if (definitions !== null) {
        batching?.onCoalesced?.(1);
        return definitions;
      }
      if (cached !== null) onCached();
      definitions = cached === null ? readDefinitions() : Promise.resolve(cached);
      return definitions;
    },
    valuesOfCustomer: (customerEntityId) => values.load(customerEntityId, NO_PARTS),
    valuesPage: (request, filter) => pages({ request, filter }, NO_PARTS),
  };
}

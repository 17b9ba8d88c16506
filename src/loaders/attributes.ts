import type {
  AttributeValueFilter,
  CustomerAttributeDefinition,
  CustomerAttributeValue,
} from '../rest/attributes.ts';
import type { Rest } from '../rest/index.ts';
import type { PageRequest, StorePage } from '../rest/page.ts';
import {
  createPartsLoader,
  createReadsLoader,
  manyByKey,
  NO_PARTS,
  type OnShared,
  together,
} from './batch.ts';

/** The store's attribute definitions, kept for a short time for all requests together. */
export interface DefinitionsCache {
  get(): readonly CustomerAttributeDefinition[] | null;
  /** Begins a read; what it answers is kept unless a write came in between. */
  begin(): (definitions: readonly CustomerAttributeDefinition[]) => void;
  clear(): void;
}

export interface DefinitionsCacheOptions {
  /** Milliseconds. No event tells of changes, so others' changes show after this time. @default 60000 */
  readonly keptMs?: number;
  /** Milliseconds that only grow. @default performance.now */
  readonly now?: () => number;
}

export function createDefinitionsCache({
  keptMs = 60_000,
  now = () => performance.now(),
}: DefinitionsCacheOptions = {}): DefinitionsCache {
  let kept: { readonly definitions: readonly CustomerAttributeDefinition[]; readonly at: number } | null =
    null;
  let generation = 0;
  return {
    get: () => (kept !== null && now() - kept.at < keptMs ? kept.definitions : null),
    begin() {
      const [begun, at] = [generation, now()];
      return (definitions) => {
        if (begun === generation) kept = { definitions, at };
      };
    },
    clear() {
      kept = null;
      generation += 1;
    },
  };
}

/** Attribute definitions and values, asked for once and together. */
export interface AttributeLoader {
  definitions(): Promise<readonly CustomerAttributeDefinition[]>;
  /** All values of one customer, by id. */
  valuesOfCustomer(customerEntityId: number): Promise<readonly CustomerAttributeValue[]>;
  valuesPage(request: PageRequest, filter: AttributeValueFilter): Promise<StorePage<CustomerAttributeValue>>;
}

export interface AttributeLoaderOptions {
  readonly rest: Pick<Rest, 'attributes'>;
  readonly cache: DefinitionsCache;
  readonly onCached: () => void;
  readonly onShared?: OnShared;
}

export function createAttributeLoader({
  rest: { attributes },
  cache,
  onCached,
  onShared,
}: AttributeLoaderOptions): AttributeLoader {
  let definitions: Promise<readonly CustomerAttributeDefinition[]> | null = null;

  async function readDefinitions(): Promise<readonly CustomerAttributeDefinition[]> {
    const keep = cache.begin();
    const read = await attributes.definitions();
    keep(read);
    return read;
  }

  const values = createPartsLoader<number, never, readonly CustomerAttributeValue[]>(
    (wanted) =>
      together(wanted, async (customerIds) =>
        manyByKey(
          await attributes.valuesOfCustomers(customerIds),
          ({ customerEntityId }) => customerEntityId,
        ),
      ),
    onShared,
  );
  const pages = createReadsLoader<
    { request: PageRequest; filter: AttributeValueFilter },
    never,
    StorePage<CustomerAttributeValue>
  >(({ request, filter }) => attributes.valuesPage(request, filter), onShared);

  return {
    definitions() {
      const kept = cache.get();
      if (definitions !== null) {
        onShared?.(1);
        return definitions;
      }
      if (kept !== null) onCached();
      definitions = kept === null ? readDefinitions() : Promise.resolve(kept);
      return definitions;
    },
    valuesOfCustomer: (customerEntityId) => values.load(customerEntityId, NO_PARTS),
    valuesPage: (request, filter) => pages({ request, filter }, NO_PARTS),
  };
}

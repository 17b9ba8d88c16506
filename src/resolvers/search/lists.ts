import type { Context } from '../../context.ts';
import type { CustomerIncludes } from '../../loaders/customers.ts';
import type { CustomerFilter } from '../../rest/customers.ts';
import type { Customer } from '../../rest/records/customers.ts';
import { sortById } from '../../rest/wire/page.ts';
import { type Connection, memoryConnection, parsePaging } from '../paging/connection.ts';
import { foreignCursor } from '../paging/cursors.ts';
import { storeConnection } from '../paging/store-connection.ts';
import { foldText } from '../writes/normalize.ts';
import { idIn, type SearchSource } from './query.ts';

type ListContext = Pick<Context, 'loaders' | 'storeHash'>;

export interface SourcePage {
  readonly first: number;
  readonly after: string | null;
}

/** Verifies that a source can continue at a cursor. @throws GatewayError BAD_USER_INPUT for a cursor of another list */
export function checkSourceCursor(
  ctx: Pick<Context, 'storeHash'>,
  source: SearchSource,
  text: string,
  after: string,
): void {
  const kind = parsePaging(ctx, listName(source, text), { after }).cursor?.kind;
  const isInMemory = source === 'EMAIL' || source === 'ID';
  if (isInMemory ? kind !== 'memory' : kind !== 'store' && kind !== 'number') throw foreignCursor('after');
}

function listName(source: SearchSource, text: string): string {
  return `searchCustomers ${source} ${text}`;
}

/** A page of the customers that one source finds. @throws GatewayError BAD_USER_INPUT for a cursor of another list */
export async function readSource(
  ctx: ListContext,
  source: SearchSource,
  text: string,
  { first, after }: SourcePage,
  include: CustomerIncludes,
): Promise<Connection<Customer>> {
  const { customers } = ctx.loaders;
  const paging = parsePaging(ctx, listName(source, text), { first, after });
  if (source === 'EMAIL') return memoryConnection(sortById(await customers.byEmail(text, include)), paging);
  if (source === 'ID') {
    const found = await customers.byId(idIn(text) ?? 0, include);
    return memoryConnection(found === null ? [] : [found], paging);
  }
  const list = { filter: filterOf(source, text) };
  return storeConnection(
    {
      read: (request) => customers.page(request, list, include),
      count: async () => null,
      keyOf: ({ entityId }) => entityId,
      supportsCursors: true,
      allowsInsertions: true,
    },
    paging,
    { wantsTotal: false },
  );
}

/** The filter by which the store searches. */
function filterOf(source: SearchSource, text: string): CustomerFilter {
  if (source === 'NAME') return { nameLike: [text] };
  return source === 'PHONE' ? { phones: [text] } : { companies: [text] };
}

/** Those of some customers whom a source finds too. Only the store knows how it compares texts, so it decides. */
export async function foundBySource(
  { loaders }: Pick<Context, 'loaders'>,
  source: SearchSource,
  text: string,
  entityIds: readonly number[],
): Promise<ReadonlySet<number>> {
  if (source === 'ID' || entityIds.length === 0) return new Set(entityIds);
  const filter = { ...filterOf(source, text), entityIds };
  const found = await loaders.customers.byKeys('entityIds', { filter }, NO_INCLUDES);
  return new Set(found.map(({ entityId }) => entityId));
}

const NO_INCLUDES: CustomerIncludes = new Set();

/** Whether a source that compares whole values may find a customer, however the store folds them. */
export function resembles(source: SearchSource, customer: Customer, text: string): boolean {
  if (source === 'ID') return customer.entityId === idIn(text);
  const held = source === 'PHONE' ? customer.phone : customer.company;
  return held !== null && foldText(held) === foldText(text);
}

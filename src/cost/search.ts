import { decodeUnverifiedCursor } from '../resolvers/paging/cursors.ts';
import { decodeUnverifiedPlace } from '../resolvers/search/place.ts';
import { idIn, type SearchSource, sourcesOf } from '../resolvers/search/query.ts';
import { DEFAULT_HITS, MAX_HITS } from '../resolvers/search/search.ts';
import { foldEmail } from '../rest/wire/email.ts';
import { keySpace, lookupCalls, lookupCallsForIds } from './lookups.ts';
import { callsFrom } from './pages.ts';
import { CUSTOMERS, type FieldCost, includesOf, type Population, type RuleInput } from './population.ts';

const OPERATION = 'getCustomers';

/** A page of the customers that a search finds. */
export const SEARCH: FieldCost = {
  operations: [OPERATION],
  summary:
    'one REST call for each of those that the text can be, sent in parallel: at most four a page. A later page also asks whom the pages before have shown, with one each, if a customer resembles the text: also at most four in all',
  rule(input) {
    const text = String(input.args.query).trim();
    const count = Math.min(Number(input.args.first ?? DEFAULT_HITS), MAX_HITS);
    const key = `search ${JSON.stringify(input.args)}`;
    const found: Population = { ...CUSTOMERS, key, size: count };
    if (count > 0 && text.isWellFormed()) planSources(input, key, text, count);
    return found;
  },
};

function planSources(input: RuleInput, key: string, text: string, count: number): void {
  const { args, plan, path } = input;
  const sources = sourcesOf(text);
  const place = decodeUnverifiedPlace(args.after);
  const start = place === null ? 0 : sources.indexOf(place.source);
  if (start < 0) return;
  const cursor = decodeUnverifiedCursor(place?.cursor);
  const asked = cursor?.kind === 'number' ? sources.slice(start, start + 1) : sources.slice(start);
  const call = { operation: OPERATION, field: path, includes: includesOf(input) } as const;
  for (const source of asked) {
    const isStart = source === sources[start] && cursor !== null;
    if (source === 'ID' || source === 'EMAIL') planKey(input, source, text);
    else plan.once(`${key} ${source}`, call, { calls: isStart ? callsFrom(cursor, 'forward', count) : 1 });
  }
  const before = sources.slice(0, start + (place?.cursor && asked.length > 1 ? 1 : 0));
  for (const source of before) {
    if (source === 'ID') continue;
    const note = 'only if a customer resembles the text';
    const counts = lookupCallsForIds(asked.length * count, keySpace(plan, encodeURIComponent(text).length));
    plan.once(`${key} shown by ${source}`, { operation: OPERATION, field: path, note }, counts);
  }
}

/** An id or an e-mail address is looked up together with all others of the operation. */
function planKey(input: RuleInput, source: SearchSource, text: string): void {
  const { plan, path } = input;
  const space = keySpace(plan);
  const call = { operation: OPERATION, field: path, includes: includesOf(input) } as const;
  const [name, key] =
    source === 'ID' ? ['customers by id', String(idIn(text))] : ['customers by e-mail', foldEmail(text)];
  plan.batched(name, call, [key], (keys) => lookupCalls(keys, space));
}

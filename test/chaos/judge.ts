import type { Sandbox } from '../../src/sandbox/index.ts';
import type { Ask, Result, Submission } from './drive.ts';
import { type Expectation, type Item, traceOf, type World } from './world.ts';

/** A promise that was broken, in one line. */
export type Violation = string;

export interface Evidence {
  readonly world: World;
  readonly sandbox: Sandbox;
  readonly submissions: readonly Submission[];
  readonly ask: Ask;
}

/** Compares what the callers were told with what the store did. The store must have come to rest. */
export async function judge({ world, sandbox, submissions, ask }: Evidence): Promise<Violation[]> {
  const commits = Map.groupBy(sandbox.ledger.list(), traceOf);
  const violations: Violation[] = [];

  for (const submission of submissions) {
    const ids = (commits.get(submission.item.trace) ?? []).map(({ id }) => id);
    violations.push(...lies(submission, ids).map((lie) => `${lie}: ${nameOf(submission)}`));
  }
  for (const submission of submissions) {
    if (submission.result?.outcome !== 'UNKNOWN') continue;
    const { query, variables, isDone } = submission.item.probe;
    const isThere = isDone(await ask(query, variables));
    if (isThere !== commits.has(submission.item.trace))
      violations.push(`not settled by a later read: ${nameOf(submission)}`);
  }
  return [...violations, ...(await losses(world, sandbox))];
}

/** What is untrue in a result, given the records that the item's commits were about. */
function lies({ kind, item, result }: Submission, ids: readonly number[]): string[] {
  const isCreation = item.trace.endsWith(' created');
  // What stands there already was made by another item.
  if (item.nature === 'twin') return result ? liesOfTwin(item, result) : [];
  const doubled = isCreation && ids.length > 1 ? ['doubled'] : [];
  if (result === null || result.outcome === 'UNKNOWN') return doubled;
  const { outcome, entityId } = result;
  if (outcome === 'FAILED' || outcome === 'NOT_ATTEMPTED')
    return ids.length > 0 ? [...doubled, `false ${outcome}`] : doubled;
  if (outcome !== kind.outcome || item.nature === 'refused' || ids.length === 0)
    return [...doubled, `false ${outcome}`];
  if (isCreation && !ids.includes(entityId ?? 0)) return [...doubled, `${outcome} with another's id`];
  return [...doubled, ...otherThanShown(item, result)];
}

// One that is found after a lost answer is CREATED, though it stood there before.
function liesOfTwin(item: Item, result: Result): string[] {
  const { outcome } = result;
  if (outcome === 'UNCHANGED' || outcome === 'CREATED') return otherThanShown(item, result);
  return outcome === 'UPDATED' || outcome === 'DELETED' ? [`false ${outcome}`] : [];
}

function otherThanShown({ shows }: Item, { outcome, record }: Result): string[] {
  if (record === null) return [`${outcome} without a record`];
  const others = Object.keys(record).filter((field) => field in shows && record[field] !== shows[field]);
  return others.length > 0 ? [`${outcome} showing another ${others.join(', ')}`] : [];
}

/** Results that do not stand in the store. */
async function losses(world: World, sandbox: Sandbox): Promise<Violation[]> {
  const byPath = Map.groupBy(world.expectations(), ({ path }) => path);
  const found = await Promise.all(
    [...byPath].map(async ([path, expectations]) => {
      const records = await recordsAt(sandbox, path);
      return expectations
        .filter((expectation) => !stands(expectation, records))
        .map((expectation) => {
          const { id, fields } = expectation;
          return `lost: ${path} ${id} should be ${JSON.stringify(fields)}, is ${JSON.stringify(records.get(id))}`;
        });
    }),
  );
  return found.flat();
}

type Wire = Readonly<Record<string, unknown>>;

function stands({ id, fields }: Expectation, records: ReadonlyMap<number, Wire>): boolean {
  const record = records.get(id);
  if (fields === null || record === undefined) return fields === null && record === undefined;
  return Object.entries(fields).every(
    ([name, value]) => JSON.stringify(record[name]) === JSON.stringify(value),
  );
}

/** All records of a collection, asked of the store itself. */
export async function recordsAt({ url, token }: Sandbox, path: string): Promise<ReadonlyMap<number, Wire>> {
  const records = new Map<number, Wire>();
  for (let page = 1; ; page += 1) {
    const response = await fetch(`${url}${path}?limit=250&page=${page}`, {
      headers: { 'X-Auth-Token': token, Accept: 'application/json' },
    });
    const { data } = (await response.json()) as { data: (Wire & { id: number })[] };
    for (const record of data) records.set(record.id, record);
    if (data.length < 250) return records;
  }
}

function nameOf({ kind, item, result }: Submission): string {
  const told = result ? [result.outcome, ...result.codes].join(' ') : 'no result';
  return `${kind.mutation} ${JSON.stringify(item.input)} was told ${told}`;
}

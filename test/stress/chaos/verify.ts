import type { LedgerEntry, Sandbox } from '../../../src/sandbox/index.ts';
import type { GraphQLClient } from '../../support/gateway.ts';
import {
  type ExpectedRecord,
  type Probe,
  type SimulationState,
  traceOf,
  type WriteItem,
} from './simulation.ts';
import type { Result, Submission } from './submit.ts';

/** A violated guarantee. */
export interface Violation {
  /** `lost`, `doubled`, `false CREATED`. */
  readonly what: string;
  /** Null if it concerns no mutation in particular. */
  readonly mutation: string | null;
  /** One line for the report. */
  readonly text: string;
}

export function violation(what: string, mutation: string | null, details: string): Violation {
  return { what, mutation, text: `${what}: ${details}` };
}

export interface Evidence {
  readonly world: SimulationState;
  readonly sandbox: Sandbox;
  readonly submissions: readonly Submission[];
  /** Reads the records of UNKNOWN items after the faults have been cleared. */
  readonly gateway: GraphQLClient;
}

/** Compares the reported outcomes with the ledger of the store. The store must be idle. */
export async function findViolations({
  world,
  sandbox,
  submissions,
  gateway,
}: Evidence): Promise<Violation[]> {
  const commits = Map.groupBy(sandbox.ledger.list(), traceOf);
  const violations: Violation[] = [];

  for (const submission of submissions) {
    const ids = commits.get(submission.item.ledgerTrace ?? '')?.map(({ id }) => id) ?? [];
    if (isIndistinguishable(submission, commits)) continue;
    violations.push(
      ...falseStatements(submission, ids).map((lie) =>
        violation(lie, submission.kind.mutation, describeSubmission(submission)),
      ),
    );
  }
  for (const submission of submissions) {
    const { probe, ledgerTrace, expectation } = submission.item;
    // A read always finds a twin: the record existed before.
    if (submission.result?.outcome !== 'UNKNOWN' || probe === null || expectation === 'twin') continue;
    const seen = await runProbe(gateway, probe);
    const { mutation } = submission.kind;
    if ('problem' in seen) violations.push(violation(seen.problem, mutation, describeSubmission(submission)));
    else if (seen.isDone !== commits.has(ledgerTrace ?? ''))
      violations.push(violation('not settled by a later read', mutation, describeSubmission(submission)));
  }
  return [...violations, ...(await lostWrites(world, sandbox))];
}

/** Whether a later read shows that an item was done. An incomplete response proves nothing, in particular not absence. */
export async function runProbe(
  { executeText }: Evidence['gateway'],
  { query, variables, isDone }: Probe,
): Promise<{ readonly isDone: boolean } | { readonly problem: string }> {
  const { status, data, errors } = await executeText(query, variables);
  if (errors.length === 0 && data) return { isDone: isDone(data) };
  const messages = errors.map(({ message }) => message).join(' ');
  return { problem: `a later read failed with ${status}: ${messages}` };
}

// Whether an upsert created or changed a record can only be seen from the record's timestamps, which are whole seconds.
function isIndistinguishable(
  { item, result }: Submission,
  commits: ReadonlyMap<string, readonly LedgerEntry[]>,
): boolean {
  if (item.outcome !== 'UPDATED' || result?.outcome !== 'CREATED' || item.ledgerTrace === null) return false;
  const [made] = commits.get(item.ledgerTrace.replace('updated', 'created')) ?? [];
  const [changed] = commits.get(item.ledgerTrace) ?? [];
  return made !== undefined && changed !== undefined && secondOf(made) === secondOf(changed);
}

function secondOf({ at }: LedgerEntry): number {
  return Math.floor(at / 1_000);
}

/** The false statements of a result, given the ids of the records that the item's commits wrote. */
function falseStatements(submission: Submission, ids: readonly number[]): string[] {
  const { kind, item, result } = submission;
  const isCreation = item.ledgerTrace?.endsWith(' created') ?? false;
  // The existing record was created by another item.
  if (item.expectation === 'twin') return result ? falseStatementsOfTwin(item, result) : [];
  const doubled = isCreation && ids.length > 1 ? ['doubled'] : [];
  if (result === null || result.outcome === 'UNKNOWN') return doubled;
  const { outcome, entityId } = result;
  if (outcome === 'FAILED' || outcome === 'NOT_ATTEMPTED')
    return ids.length > 0 ? [...doubled, `false ${outcome}`] : doubled;
  if (item.expectation === 'same') return [...doubled, ...falseStatementsOfSame(submission, ids)];
  const isTrue = outcome === (item.outcome ?? kind.outcome) && item.expectation === 'possible';
  if (!isTrue || (item.ledgerTrace !== null && ids.length === 0)) return [...doubled, `false ${outcome}`];
  if (isCreation && entityId !== null && !ids.includes(entityId))
    return [...doubled, `${outcome} with another's id`];
  return [...doubled, ...wrongFields(item, result)];
}

/** The existing record was created by another item, and the store does not store it twice. */
function falseStatementsOfTwin(item: WriteItem, result: Result): string[] {
  const { outcome, record } = result;
  if (outcome === 'UNCHANGED') return record === null ? [] : wrongFields(item, result);
  return outcome === 'CREATED' || outcome === 'UPDATED' || outcome === 'DELETED' ? [`false ${outcome}`] : [];
}

/**
 * Nothing tells an update that changed nothing from none if the store does not date the records, or dates them to the second
 * of their creation.
 */
const UNDATED: ReadonlySet<string> = new Set([
  'upsertFormFieldValues',
  'updateCustomerConsent',
  'upsertCustomerAttributeValues',
]);

function falseStatementsOfSame({ kind, item, result }: Submission, ids: readonly number[]): string[] {
  if (result === null) return [];
  const { outcome } = result;
  const isUpdate = outcome === 'UPDATED' && (ids.length > 0 || UNDATED.has(kind.mutation));
  return isUpdate || outcome === 'UNCHANGED' ? wrongFields(item, result) : [`false ${outcome}`];
}

function wrongFields({ expectedFields }: WriteItem, { outcome, record }: Result): string[] {
  if (record === null) return [`${outcome} without a record`];
  const others = Object.keys(record).filter(
    (field) => field in expectedFields && !isSame(record[field], expectedFields[field]),
  );
  return others.length > 0 ? [`${outcome} showing another ${others.join(', ')}`] : [];
}

/** Reported results that the store does not contain. */
async function lostWrites(world: SimulationState, sandbox: Sandbox): Promise<Violation[]> {
  const byPath = Map.groupBy(world.expectations(), ({ path }) => path);
  const found = await Promise.all(
    [...byPath].map(async ([path, expectations]) => {
      const records = await readRecords(sandbox, path);
      return expectations
        .filter((expectation) => !isAsExpected(expectation, records))
        .map((expectation) => {
          const { id, fields, mutation } = expectation;
          const details = `${path} ${id} should be ${JSON.stringify(fields)}, is ${JSON.stringify(records.get(id))}`;
          return violation('lost', mutation, details);
        });
    }),
  );
  return found.flat();
}

type Wire = Readonly<Record<string, unknown>>;

function isAsExpected({ id, fields }: ExpectedRecord, records: ReadonlyMap<number, Wire>): boolean {
  const record = records.get(id);
  if (fields === null || record === undefined) return fields === null && record === undefined;
  return containsFields(record, fields);
}

/** Whether a value contains all fields of another. */
function containsFields(value: unknown, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected))
    return isSame(value, expected);
  return Object.entries(expected).every(([name, part]) =>
    containsFields((value as Wire | undefined)?.[name], part),
  );
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

const PAGE_SIZE = 250;

/** The records of a path, read from the store directly, by id. The key is the customer id if there is no id, else 0. */
export async function readRecords({ url, token }: Sandbox, path: string): Promise<ReadonlyMap<number, Wire>> {
  const records = new Map<number, Wire>();
  const isOne = /consent$|settings/.test(path);
  for (let page = 1; ; page += 1) {
    const query = isOne ? '' : `?limit=${PAGE_SIZE}&page=${page}`;
    const response = await fetch(`${url}${path}${query}`, {
      headers: { 'X-Auth-Token': token, Accept: 'application/json' },
    });
    if (response.status === 404) return records;
    const body = (await response.json()) as Wire;
    const data = [body.data ?? body].flat() as Wire[];
    for (const record of data) records.set(Number(record.id ?? record.customer_id ?? 0), record);
    if (isOne || data.length < PAGE_SIZE) return records;
  }
}

/** The item and its reported result, in one line. */
export function describeSubmission({ kind, item, result }: Submission): string {
  const reported = result ? [result.outcome, ...result.codes].join(' ') : 'no result';
  return `${kind.mutation} ${JSON.stringify(item.input)} got ${reported}`;
}

import { normalizeEmail } from '../../resolvers/writes/normalize.ts';
import type { ImportGateway } from './gateway.ts';
import type { Progress } from './progress.ts';
import type { CheckedRow } from './rows.ts';
import { checkedRows, type LineProblem, lineProblems, type Scan } from './scan.ts';

/** What an import would do, as far as reads can tell. */
export interface DryRun {
  /** Rows of customers that the store does not have. */
  readonly fresh: number;
  /** Rows of customers that the store has. Whether they differ is not looked up. */
  readonly existing: number;
  readonly rejected: number;
  readonly problems: readonly LineProblem[];
}

/** E-mail addresses of one look-up. */
const LOOK_UP = 250;

/** Checks all rows, and looks up which customers the store has. It only reads. @throws GatewayFailure */
export async function dryRun(scan: Scan, gateway: ImportGateway, progress: Progress): Promise<DryRun> {
  const problems: LineProblem[] = [];
  let [fresh, existing, rejected] = [0, 0, 0];
  let batch: CheckedRow[] = [];

  async function lookUp(): Promise<void> {
    const emails = batch.map(emailOf);
    const found = new Set((await gateway.findEmails(emails)).map(normalizeEmail));
    for (const row of batch) {
      const isFresh = !found.has(normalizeEmail(emailOf(row)));
      const missing = isFresh ? missingName(row) : null;
      if (missing !== null) problems.push(missing);
      if (missing !== null) rejected += 1;
      else if (isFresh) fresh += 1;
      else existing += 1;
    }
    batch = [];
    const done = fresh + existing + rejected;
    progress.show({ done, total: scan.rows, rejected, msLeft: null });
  }

  for await (const row of checkedRows(scan)) {
    if (row.item === null) {
      rejected += 1;
      problems.push(...lineProblems(row));
    } else batch.push(row);
    if (batch.length === LOOK_UP) await lookUp();
  }
  if (batch.length > 0) await lookUp();
  return { fresh, existing, rejected, problems: problems.toSorted((one, other) => one.line - other.line) };
}

function emailOf({ item }: CheckedRow): string {
  return item?.input.email ?? '';
}

/** A new customer needs both names. */
function missingName({ line, item }: CheckedRow): LineProblem | null {
  for (const name of ['firstName', 'lastName'] as const) {
    if (!item?.input[name])
      return { line, code: 'REQUIRED', field: name, message: `${name} is required for a new customer.` };
  }
  return null;
}

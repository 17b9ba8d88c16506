import { createRandom } from '../../../src/sandbox/random.ts';

/** What the store must have of a customer in the end. */
export interface ExpectedCustomer {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly company: string;
  /** Streets of the addresses that the import adds. */
  readonly streets: readonly string[];
  readonly tier: string | null;
  readonly points: string | null;
}

/** A file to import, and what it must lead to. */
export interface Rows {
  readonly csv: string;
  readonly customers: readonly ExpectedCustomer[];
  /** The lines that must be rejected, with the code. */
  readonly rejects: ReadonlyMap<number, string>;
}

const HEADER =
  'email,firstName,lastName,company,address1,city,stateOrProvince,postalCode,countryCode,attributes.Loyalty tier,metafields.imports.points';

/**
 * Rows of new customers and of those that the store has. One in 50 is wrong, and one in 7 has a line end in a cell.
 *
 * @param existing e-mail addresses of the store, of which each gets one row
 */
export function createRows(count: number, existing: readonly string[]): Rows {
  const chance = createRandom(7, 0);
  const lines = [HEADER];
  const customers: ExpectedCustomer[] = [];
  const rejects = new Map<number, string>();
  let line = 2;
  for (let at = 0; at < count; at += 1) {
    const known = at % 5 === 0 ? existing[at / 5] : undefined;
    const customer = customerOf(
      known ?? `row-${at}@example.org`,
      at,
      chance.boolean(0.3),
      chance.boolean(0.1),
    );
    const wrong = at > 0 && at % 50 === 49 ? WRONG[((at / 50) % WRONG.length) | 0] : undefined;
    const cells = cellsOf(customer);
    const text = (wrong?.spoil(cells, customers) ?? cells).map(quoted).join(',');
    if (wrong === undefined) customers.push(customer);
    else rejects.set(line, wrong.code);
    lines.push(text);
    line += text.split('\n').length;
  }
  return { csv: `${lines.join('\n')}\n`, customers, rejects };
}

interface Wrong {
  readonly code: string;
  readonly spoil: (cells: readonly string[], before: readonly ExpectedCustomer[]) => readonly string[];
}

const WRONG: readonly Wrong[] = [
  { code: 'INVALID', spoil: ([, ...rest]) => ['no address', ...rest] },
  { code: 'ROW_LENGTH', spoil: (cells) => cells.slice(0, 4) },
  { code: 'REPEATED', spoil: ([, ...rest], before) => [before[0]?.email.toUpperCase() ?? '', ...rest] },
  { code: 'ROW_LENGTH', spoil: (cells) => [...cells, 'one more'] },
];

function customerOf(email: string, at: number, hasAddress: boolean, hasPoints: boolean): ExpectedCustomer {
  return {
    email,
    firstName: 'Row',
    lastName: `Number ${at}`,
    company: at % 7 === 0 ? `Engines\nLtd ${at}` : `Engines ${at}`,
    streets: hasAddress ? [`${at} High Street`] : [],
    tier: at % 2 === 0 ? 'Gold' : null,
    points: hasPoints ? String(at) : null,
  };
}

function cellsOf({
  email,
  firstName,
  lastName,
  company,
  streets,
  tier,
  points,
}: ExpectedCustomer): readonly string[] {
  const [street] = streets;
  const address =
    street === undefined ? ['', '', '', '', ''] : [street, 'Los Altos', 'California', '94022', 'US'];
  return [email, firstName, lastName, company, ...address, tier ?? '', points ?? ''];
}

function quoted(cell: string): string {
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

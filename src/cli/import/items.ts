import { coerceInputValue } from 'graphql';
import type { CustomerUpsert } from '../../resolvers/upsert/draft.ts';
import { findErrors } from '../../resolvers/upsert/precheck.ts';
import type { RowProblem } from './input-problem.ts';
import { inputValue } from './input-value.ts';
import type { ColumnRule } from './mapping.ts';
import { CUSTOMER_INPUT } from './targets.ts';

/** A row as an item of `upsertCustomers`. */
export interface Item {
  /** `UpsertCustomerInput`. */
  readonly input: CustomerUpsert;
  /** The column of a path into the input. Null if it is not from one column. */
  readonly columnOf: (path: readonly (string | number)[]) => string | null;
}

/** One cell of a row with its rule. */
export interface Cell {
  readonly column: string;
  readonly value: unknown;
  readonly rule: ColumnRule;
}

/** Builds the item of a row. Returns everything that is wrong with it, as far as it can be known without the store. */
export function buildItem(cells: readonly Cell[]): Item | { readonly problems: readonly RowProblem[] } {
  const builder = createBuilder();
  const problems: RowProblem[] = [];
  for (const cell of cells) {
    const message = builder.add(cell);
    if (message !== null) problems.push({ code: 'INVALID', field: cell.column, message });
  }
  const { input, columnOf } = builder.build();
  if (problems.length === 0) problems.push(...schemaProblems(input, columnOf));
  if (problems.length > 0) return { problems };
  const errors = findErrors(input as CustomerUpsert);
  if (errors.length === 0) return { input: input as CustomerUpsert, columnOf };
  return {
    problems: errors.map(({ code, message, path }) => ({ code, field: fieldOf(path, columnOf), message })),
  };
}

/** The column that an error is about, or its place in the input. Null if it is about the whole row. */
export function fieldOf(path: readonly (string | number)[], columnOf: Item['columnOf']): string | null {
  return columnOf(path) ?? (path.length === 0 ? null : path.join('.'));
}

function schemaProblems(input: object, columnOf: Item['columnOf']): readonly RowProblem[] {
  const problems: RowProblem[] = [];
  coerceInputValue(input, CUSTOMER_INPUT, (path, _value, { message }) => {
    // Messages about fields name them. All others quote the value.
    const reason = /^Field "\w+" (of required type|is not defined)/.test(message)
      ? message.replace(/ Did you mean .*$/, '')
      : 'The value has another type than the schema asks for.';
    problems.push({ code: 'INVALID', field: fieldOf(path, columnOf), message: reason });
  });
  return problems;
}

/** A customer or an address, as far as its cells are known. */
interface Draft {
  readonly fields: Record<string, unknown>;
  /** The columns of its fields and of the entries of its lists. */
  readonly columns: Map<string, string>;
}

function createBuilder() {
  const customer = createRecord();
  const addresses = new Map<number, Draft>();

  /** The record that a target belongs to. */
  function ownerOf(target: ColumnRule['target']): Draft {
    if (!('number' in target)) return customer;
    const address = addresses.get(target.number) ?? createRecord();
    addresses.set(target.number, address);
    return address;
  }

  return {
    /** Takes over a cell. Returns what is wrong with it, or null. */
    add(cell: Cell): string | null {
      const converted = inputValue(cell);
      if (converted === null) return null;
      if ('message' in converted) return converted.message;
      addTo(ownerOf(cell.rule.target), cell, converted.value);
      return null;
    },
    build() {
      if (addresses.size > 0) addAddresses(customer, addresses);
      const columnOf = (path: readonly (string | number)[]) => columnAt(customer.columns, path);
      return { input: customer.fields, columnOf };
    },
  };
}

function createRecord(): Draft {
  return { fields: {}, columns: new Map() };
}

function addTo(owner: Draft, { column, rule: { target, permissionSet } }: Cell, value: unknown): void {
  switch (target.kind) {
    case 'field':
      set(owner, target.path, value, column);
      break;
    case 'addressField':
    case 'whole':
      set(owner, [target.name], value, column);
      break;
    case 'storeCredit':
      set(owner, ['storeCredit'], [{ amount: value }], column);
      break;
    case 'attribute':
      append(owner, 'attributes', { attributeName: target.name, value }, column);
      break;
    case 'formField':
    case 'addressFormField':
      append(owner, 'formFields', { name: target.name, value }, column);
      break;
    case 'metafield': {
      const { namespace, key } = target;
      const entry = { namespace, key, value, ...(permissionSet !== null && { permissionSet }) };
      append(owner, 'metafields', entry, column);
    }
  }
}

function set(
  { fields, columns }: Draft,
  [name, inner]: readonly [string, string?],
  value: unknown,
  column: string,
): void {
  columns.set(inner === undefined ? name : `${name}.${inner}`, column);
  fields[name] = inner === undefined ? value : { ...(fields[name] as object | undefined), [inner]: value };
}

function append({ fields, columns }: Draft, list: string, entry: object, column: string): void {
  const entries = (fields[list] ?? []) as readonly object[];
  columns.set(`${list}.${entries.length}`, column);
  fields[list] = [...entries, entry];
}

/** An address has the name of the customer if it has no other. */
function addAddresses({ fields, columns }: Draft, addresses: ReadonlyMap<number, Draft>): void {
  const { firstName, lastName } = fields;
  const names = {
    ...(firstName !== undefined && { firstName }),
    ...(lastName !== undefined && { lastName }),
  };
  const inOrder = [...addresses].toSorted(([one], [other]) => one - other).map(([, address]) => address);
  fields.addresses = inOrder.map((address) => ({ ...names, ...address.fields }));
  inOrder.forEach((address, at) => {
    for (const [name, column] of address.columns) columns.set(`addresses.${at}.${name}`, column);
  });
}

/** The column of the longest start of a path that has one. */
function columnAt(columns: ReadonlyMap<string, string>, path: readonly (string | number)[]): string | null {
  for (let length = path.length; length > 0; length -= 1) {
    const column = columns.get(path.slice(0, length).join('.'));
    if (column !== undefined) return column;
  }
  return null;
}

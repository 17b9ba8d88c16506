import { parseGlobalId } from '../../src/resolvers/inputs/ids.ts';
import type { SelectedField } from './print-operation.ts';

/** The records of a level, each identified by a name: a record that is selected twice has one name. */
interface Level {
  readonly names: readonly string[];
  readonly ofCustomers: boolean;
  /** The read that precedes reads of these records, or of their customers. */
  readonly wave: string;
  /** Whether they arrive one by one, so each may be a wave of its own. */
  readonly unbatched: boolean;
}

const OPERATION: Level = { names: ['operation'], ofCustomers: false, wave: '', unbatched: false };

/**
 * The upper bound of the estimate of an operation by the documented cost table, for lists that fit one URL and customers
 * with up to 50 addresses and values each. It is derived from the table alone, not from the implementation.
 */
export function costBound(fields: readonly SelectedField[], knowsDefinitions: boolean): number {
  const pages = new Map<string, number>();
  const sole = new Set<string>();
  const together = new Map<string, Set<string>>();
  const further = new Map<string, number>();
  const owners = new Map<string, { readonly names: Set<string>; readonly scattered: boolean }>();
  const withMetafields = new Map<string, Set<string>>();

  for (const field of fields) visit(field, OPERATION);
  const batches = [...together.values()].map(({ size }) => Math.ceil(size / 250));
  const owning = [...owners.values()].map(({ names, scattered }) =>
    scattered ? names.size : Math.ceil(names.size / 250),
  );
  return (
    sum([...pages.values()]) +
    sole.size +
    sum([...further.values()]) +
    sum(batches) +
    sum(owning) +
    metafieldCalls()
  );

  function visit(picked: SelectedField, level: Level): void {
    if (level.names.length === 0) return;
    const next = levelBelow(picked, level);
    for (const field of picked.selection) {
      visit(field, 'byType' in next ? (next.byType[field.type] ?? { ...OPERATION, names: [] }) : next);
    }
  }

  function levelBelow(
    picked: SelectedField,
    level: Level,
  ): Level | { readonly byType: Readonly<Record<string, Level>> } {
    const { type, field, args } = picked;
    const key = `${field} ${JSON.stringify(args)}`;
    const each = (what: string) => level.names.forEach((name) => void sole.add(`${what} of ${name}`));
    switch (`${type}.${field}`) {
      case 'Query.customers':
        return { ...pageOf(picked), ofCustomers: true, wave: '' };
      case 'Query.searchCustomers':
        return searchOf(picked);
      case 'Query.customerAddresses':
      case 'Query.customerAttributeValues':
      case 'Query.formFieldValues':
        return pageOf(picked);
      case 'Query.customerMetafields':
        return 'customerEntityId' in args ? metafieldsOf(picked) : pageOf(picked);
      case 'Query.customerMetafield':
        if (!('entityId' in (args.by as object))) return metafieldsOf(picked);
        sole.add(`metafield ${JSON.stringify({ by: args.by })} of customer ${args.customerEntityId}`);
        return { ...level, names: [`customer ${args.customerEntityId}`], unbatched: true };
      case 'Query.customerConsent':
        sole.add(`consent of customer ${args.customerEntityId}`);
        return { ...level, names: [`customer ${args.customerEntityId}`], unbatched: true };
      case 'Query.customerStoredInstruments':
        sole.add(`storedInstruments of customer ${args.customerEntityId}`);
        return level;
      case 'Viewer.customer':
        return { ...level, names: [] };
      case 'Query.customer':
        return customer(args.by as Readonly<Record<string, string | number>>);
      case 'Query.customerAddress':
        add(together, 'addresses', String(args.entityId));
        return { ...OPERATION, names: [key], wave: 'addresses' };
      case 'Query.node':
        return nodes([args.id as string]);
      case 'Query.nodes':
        return nodes(args.ids as readonly string[]);
      case 'Query.customerSettings':
      case 'Query.channelCustomerSettings':
        sole.add(key);
        return level;
      case 'Query.customerAttributeDefinitions':
      case 'Query.customerAttributeDefinition':
      case 'CustomerAttributeValue.name':
      case 'CustomerAttributeValue.definition':
      case 'CustomerAttributeValue.numberValue':
      case 'CustomerAttributeValue.dateValue':
        if (!knowsDefinitions) sole.add('definitions');
        return level;
      case 'Query.formFieldDefinitions':
      case 'TextFormFieldValue.fieldType':
      case 'NumberFormFieldValue.fieldType':
      case 'ChoicesFormFieldValue.fieldType':
        pages.set('form field definitions', 8);
        return level;
      case 'Customer.consent':
      case 'Customer.storedInstruments':
        each(field);
        return { ...level, unbatched: true };
      case 'Customer.attribute':
        if (!knowsDefinitions && 'name' in (args.by as object)) sole.add('definitions');
        addFurther('values', level);
        return level;
      case 'Customer.attributes':
        addFurther('values', level);
        return level;
      case 'Customer.addresses':
        addFurther('addresses', level);
        return level;
      case 'Customer.metafield':
        if ('entityId' in (args.by as object)) each(key);
        else for (const name of level.names) add(withMetafields, level.wave, name);
        return { ...level, unbatched: true };
      case 'Customer.metafields':
        for (const name of level.names) add(withMetafields, level.wave, name);
        return { ...level, unbatched: true };
      case 'CustomerAddress.customer':
      case 'CustomerAttributeValue.customer':
      case 'CustomerConsent.customer':
      case 'CustomerMetafield.customer':
        return ownersOf(level);
      default:
        return level;
    }
  }

  function pageOf({ field, args, selection }: SelectedField): Level {
    const key = `${field} ${JSON.stringify(args)}`;
    const { entityIds, emails } = (args.filter ?? {}) as { entityIds?: unknown[]; emails?: unknown[] };
    const listed = entityIds ?? emails;
    const count = Number(args.first ?? args.last ?? 50);
    const wantsTotal = selection.some((one) => one.field === 'totalCount');
    const size = listed ? Math.min(count, listed.length) : count;
    if (count === 0 && !wantsTotal) {
      // No call is needed.
    } else if (listed) {
      // Other filters take up space in the URL: each value may need a URL of its own.
      const { names } = args.filter as { names?: readonly string[] };
      pages.set(
        `${field} ${JSON.stringify(args.filter)}`,
        names ? listed.length : Math.min(1, listed.length),
      );
    } else if (count === 0) {
      pages.set(`total of ${key}`, 1);
    } else if ('after' in args || 'before' in args) {
      pages.set(key, 2);
      if (wantsTotal) pages.set(`total of ${key}`, 1);
    } else pages.set(key, 'last' in args ? 3 : 'offset' in args && Number(args.offset) % count > 0 ? 2 : 1);
    const names = Array.from({ length: size }, (_, i) => `${key} ${i}`);
    return { names, ofCustomers: false, wave: key, unbatched: false };
  }

  /** An e-mail address alone is one call. Any other text is at most four. */
  function searchOf({ args }: SelectedField): Level {
    const count = Number(args.first ?? 20);
    const key = `search ${JSON.stringify(args)}`;
    if (count > 0) pages.set(key, String(args.query).includes('@') ? 1 : 4);
    return { ...OPERATION, names: Array.from({ length: count }, (_, i) => `${key} ${i}`), ofCustomers: true };
  }

  /** The metafields of one customer, which is not read itself. */
  function metafieldsOf({ args, selection }: SelectedField): Level {
    const name = `customer ${args.customerEntityId}`;
    const isEmpty = args.first === 0 || args.last === 0;
    const isCounted = selection.some((one) => one.field === 'totalCount');
    if (!isEmpty || isCounted) add(withMetafields, '', name);
    return { ...OPERATION, names: isEmpty ? [] : [name], unbatched: true };
  }

  function customer(by: Readonly<Record<string, string | number>>): Level {
    const number = by.entityId ?? (by.id === undefined ? undefined : idsIn(String(by.id))[0]);
    const name = number === undefined ? `${by.email}`.toLowerCase() : `${number}`;
    add(together, number === undefined ? 'e-mails' : 'customers', name);
    return { ...OPERATION, names: [`customer ${name}`], ofCustomers: true };
  }

  function nodes(ids: readonly string[]): { readonly byType: Readonly<Record<string, Level>> } {
    const found = [...new Set(ids)].flatMap((id) => {
      try {
        return [{ id, ...parseGlobalId(id, 'id') }];
      } catch {
        return [];
      }
    });
    const of = (type: string) => found.filter((one) => one.type === type);
    const level = (type: string, wave: string, unbatched = false): Level => ({
      names: of(type).map(({ id }) => id),
      ofCustomers: false,
      wave,
      unbatched,
    });
    const customers = of('Customer').map(({ ids }) => `${ids[0]}`);
    for (const name of customers) add(together, 'customers', name);
    for (const { ids } of of('CustomerAddress')) add(together, 'addresses', `${ids[0]}`);
    for (const { ids } of of('CustomerAttributeValue')) add(together, 'values', `${ids[0]}`);
    for (const { id } of [
      ...of('CustomerMetafield'),
      ...of('CustomerConsent'),
      ...of('CustomerSettings'),
      ...of('ChannelCustomerSettings'),
    ]) {
      sole.add(id);
    }
    if (of('CustomerAttributeDefinition').length > 0 && !knowsDefinitions) sole.add('definitions');
    return {
      byType: {
        Customer: { ...OPERATION, names: customers.map((name) => `customer ${name}`), ofCustomers: true },
        CustomerAddress: level('CustomerAddress', 'addresses'),
        CustomerAttributeValue: level('CustomerAttributeValue', 'values'),
        CustomerMetafield: level('CustomerMetafield', 'metafields', true),
        CustomerConsent: level('CustomerConsent', 'consent', true),
      },
    };
  }

  /** Records below a customer are owned by that customer. */
  function ownersOf(level: Level): Level {
    if (level.ofCustomers) return level;
    const known = owners.get(level.wave) ?? { names: new Set<string>(), scattered: level.unbatched };
    owners.set(level.wave, known);
    for (const name of level.names) known.names.add(name);
    return { ...level, names: level.names.map((name) => `owner of ${name}`), ofCustomers: true };
  }

  function addFurther(what: string, { names, unbatched }: Level): void {
    if (!unbatched) further.set(`${what} of ${names.join()}`, Math.ceil((names.length * 50) / 250));
    else for (const name of names) further.set(`${what} of ${name} alone`, 1);
  }

  // N + 1 calls for a wave of customers, N for one or two customers. Small waves may coincide.
  function metafieldCalls(): number {
    const sizes = [...withMetafields.values()].map(({ size }) => size);
    const small = sum(sizes.filter((size) => size <= 2));
    return sum(sizes) + sizes.filter((size) => size > 2).length + Math.floor(small / 3);
  }
}

function add(groups: Map<string, Set<string>>, group: string, name: string): void {
  const names = groups.get(group) ?? new Set();
  groups.set(group, names.add(name));
}

function idsIn(id: string): readonly number[] {
  return parseGlobalId(id, 'id').ids;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

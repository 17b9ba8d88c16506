import { escapeCell } from '../spreadsheet-cell.ts';
import { ADDRESS_FIELDS, CUSTOMER_FIELDS } from './documents.ts';
import type { ExportSettings } from './parts.ts';
import type { CustomerRecord } from './record.ts';

/** What a store defines, as far as it becomes columns. */
export interface Definitions {
  readonly customerAttributeDefinitions?: readonly { readonly name: string }[] | null;
  readonly formFieldDefinitions?:
    | readonly { readonly name: string; readonly owner: string; readonly type: string | null }[]
    | null;
}

/** Types of form fields whose value is a text, which a cell can hold so that an import writes the same. */
const TEXT_TYPES: ReadonlySet<string | null> = new Set([
  'DATE',
  'MULTILINE',
  'PICKLIST',
  'RADIOBUTTONS',
  'TEXT',
]);

/** The names of the columns. They are those that an import knows. */
export function columnsOf(
  { parts, addressColumns }: ExportSettings,
  { customerAttributeDefinitions, formFieldDefinitions }: Definitions,
): readonly string[] {
  const formFields = (owner: string) =>
    (formFieldDefinitions ?? []).flatMap((field) =>
      field.owner === owner && TEXT_TYPES.has(field.type) ? [`formFields.${field.name}`] : [],
    );
  const numbers = parts.includes('addresses')
    ? Array.from({ length: addressColumns }, (_, at) => at + 1)
    : [];
  const columns = [
    ...CUSTOMER_FIELDS,
    'storeCredit',
    ...(parts.includes('consent') ? ['consent.allow', 'consent.deny'] : []),
    ...(customerAttributeDefinitions ?? []).map(({ name }) => `attributes.${name}`),
    ...formFields('CUSTOMER'),
    ...numbers.flatMap((number) =>
      [...ADDRESS_FIELDS, ...formFields('ADDRESS')].map((name) => `addresses.${number}.${name}`),
    ),
  ];
  return [...new Set(columns)];
}

/** The form fields that no column can hold. */
export function omittedFormFields({ formFieldDefinitions }: Definitions): readonly string[] {
  return (formFieldDefinitions ?? []).flatMap(({ name, type }) => (TEXT_TYPES.has(type) ? [] : [name]));
}

/** The cells of a customer. One that a spreadsheet would take for a formula is escaped. */
export function cellsOf(columns: readonly string[], record: CustomerRecord): readonly string[] {
  return columns.map((column) => escapeCell(textOf(valueAt(record, column))));
}

type Entries = readonly Readonly<Record<string, unknown>>[] | undefined;

function valueAt(record: CustomerRecord, column: string): unknown {
  const [group = '', ...rest] = column.split('.');
  const name = rest.join('.');
  switch (group) {
    case 'storeCredit':
      return (record.storeCredit as Entries)?.[0]?.amount;
    case 'consent':
      return (record.consent as CustomerRecord | undefined)?.[name];
    case 'attributes':
      return (record.attributes as Entries)?.find((each) => each.attributeName === name)?.value;
    case 'formFields': {
      const field = (record.formFields as Entries)?.find((each) => each.name === name);
      return (field?.value as { readonly text?: string } | undefined)?.text;
    }
    case 'addresses': {
      const address = (record.addresses as Entries)?.[Number(rest[0]) - 1];
      return address && valueAt(address, rest.slice(1).join('.'));
    }
    default:
      return record[column];
  }
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join('|');
  return value == null ? '' : String(value);
}

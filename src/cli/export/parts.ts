/** What an export can hold beside the fields of the customers themselves. */
export const PARTS = [
  'addresses',
  'attributes',
  'formFields',
  'metafields',
  'consent',
  'instruments',
] as const;

export type Part = (typeof PARTS)[number];

export const FORMATS = ['jsonl', 'csv'] as const;

export type Format = (typeof FORMATS)[number];

/** What a CSV file cannot hold: its columns would not be known before the last customer. */
export const JSONL_ONLY: ReadonlySet<Part> = new Set<Part>(['metafields', 'instruments']);

/** Parts that take a call of the store per customer. */
const CALL_PER_CUSTOMER: ReadonlySet<Part> = new Set<Part>(['metafields', 'consent', 'instruments']);

/** What an export holds. An export can only be resumed with the same. */
export interface ExportSettings {
  readonly format: Format;
  readonly parts: readonly Part[];
  readonly filter: ExportFilter;
  /** Addresses of one customer that a CSV file has columns for. */
  readonly addressColumns: number;
}

/** `CustomerFilter`, as far as the command has options for it. */
export interface ExportFilter {
  readonly createdAt?: { readonly min: string };
  readonly updatedAt?: { readonly min: string };
  readonly customerGroupIds?: readonly number[];
}

/** Customers per request, so that one is well below the limits of a gateway. */
export function defaultPageSize(parts: readonly Part[]): number {
  if (parts.some((part) => CALL_PER_CUSTOMER.has(part))) return 50;
  return parts.length > 0 ? 100 : 250;
}

import {
  GraphQLError,
  GraphQLScalarType,
  type GraphQLScalarTypeConfig,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import { GraphQLSafeInt } from 'graphql-scalars';
import { isCalendarDate } from '../resolvers/inputs/dates.ts';
import { builder } from './builder.ts';

const RFC_3339 = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

/** RFC 3339, whose section 5.6 defines timestamps and calendar dates. */
const RFC_3339_URL = 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6';

builder.scalarType('DateTime', {
  specifiedByURL: RFC_3339_URL,
  description:
    'RFC 3339 timestamp. Output is in UTC and whole seconds: `2026-04-01T14:23:48Z`. Input can also be a calendar date, such as `2026-04-01`.',
  serialize: (timestamp) => `${timestamp.toISOString().slice(0, 19)}Z`,
  parseValue: (value) => parseDateTimeInput(value),
  parseLiteral: (node) => parseDateTimeInput(valueFromASTUntyped(node), node),
});

function parseDateTimeInput(value: unknown, node?: ValueNode): string | Date {
  if (typeof value === 'string' && isCalendarDate(value)) return value;
  const timestamp = typeof value === 'string' && RFC_3339.test(value) ? new Date(value) : null;
  if (timestamp !== null && hasFourDigitYear(timestamp) && isCalendarDate(String(value).slice(0, 10))) {
    return timestamp;
  }
  throw new GraphQLError(
    'A DateTime is a timestamp such as 2026-04-01T14:23:48Z, or a date such as 2026-04-01, up to the year 9999 in UTC.',
    { nodes: node ?? null },
  );
}

// In UTC, a timestamp with an offset can fall into a year that does not have four digits.
function hasFourDigitYear(timestamp: Date): boolean {
  const year = timestamp.getUTCFullYear();
  return year >= 0 && year <= 9999;
}

builder.scalarType('Date', {
  specifiedByURL: RFC_3339_URL,
  description: 'RFC 3339 calendar date without time and time zone: `2026-04-01`.',
  serialize: (date) => date,
  parseValue: (value) => {
    if (typeof value !== 'string' || !isCalendarDate(value))
      throw new GraphQLError('A Date is a calendar date such as 2026-04-01.');
    return value;
  },
});

const SAFE_INT: GraphQLScalarTypeConfig<unknown, unknown> = {
  ...GraphQLSafeInt.toConfig(),
  description:
    'Integer of up to 53 bits, which JSON and JavaScript represent exactly. It is for ids that can exceed the 32 bits of `Int`.',
};
// The library states another type for the parsed value, which is always a number.
builder.addScalarType('SafeInt', new GraphQLScalarType(SAFE_INT as GraphQLScalarTypeConfig<number, number>));

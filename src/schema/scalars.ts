import { GraphQLError } from 'graphql';
import { isDay } from '../resolvers/dates.ts';
import { builder } from './builder.ts';

const RFC_3339 = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

builder.scalarType('DateTime', {
  description: 'A moment as RFC 3339 writes it, answered in UTC and whole seconds: `2026-04-01T14:23:48Z`.',
  serialize: (moment) => `${moment.toISOString().slice(0, 19)}Z`,
  parseValue: (value) => {
    const moment = typeof value === 'string' && RFC_3339.test(value) ? new Date(value) : null;
    if (moment === null || !isWritable(moment) || !isDay(String(value).slice(0, 10))) {
      throw new GraphQLError('A DateTime is a moment such as 2026-04-01T14:23:48Z.');
    }
    return moment;
  },
});

// An offset may carry a moment out of the years that four digits can write.
function isWritable(moment: Date): boolean {
  const year = moment.getUTCFullYear();
  return year >= 0 && year <= 9999;
}

builder.scalarType('Date', {
  description: 'A day as RFC 3339 writes it, without time and zone: `2026-04-01`.',
  serialize: (day) => day,
  parseValue: (value) => {
    if (typeof value !== 'string' || !isDay(value))
      throw new GraphQLError('A Date is a day such as 2026-04-01.');
    return value;
  },
});

import { GraphQLError } from 'graphql';
import { builder } from './builder.ts';

const RFC_3339 = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

builder.scalarType('DateTime', {
  description: 'A moment as RFC 3339 writes it, answered in UTC and whole seconds: `2026-04-01T14:23:48Z`.',
  serialize: (moment) => `${moment.toISOString().slice(0, 19)}Z`,
  parseValue: (value) => {
    const moment = typeof value === 'string' && RFC_3339.test(value) ? new Date(value) : null;
    // Date rolls an impossible day over into the next month.
    if (moment === null || !isWritable(moment) || !isCalendarDay(String(value).slice(0, 10))) {
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

function isCalendarDay(day: string): boolean {
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}

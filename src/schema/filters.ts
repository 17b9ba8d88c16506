import { builder } from './builder.ts';

export const DateTimeFilter = builder.inputType('DateTimeFilter', {
  description:
    'A time or a range of times. The store keeps whole seconds. A calendar date such as `2026-04-01` is sent as written: for `equals` it means the whole day in UTC, for `min` and `max` its first second.',
  fields: (t) => ({
    equals: t.field({ type: 'DateTime', description: 'Exactly this time.' }),
    min: t.field({ type: 'DateTime', description: 'This time or later.' }),
    max: t.field({ type: 'DateTime', description: 'This time or earlier.' }),
  }),
});

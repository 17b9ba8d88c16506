import { builder } from './builder.ts';

export const DateTimeFilter = builder.inputType('DateTimeFilter', {
  description: 'A timestamp or a range of timestamps. The store keeps whole seconds.',
  fields: (t) => ({
    equals: t.field({ type: 'DateTime', description: 'Exactly this time.' }),
    min: t.field({ type: 'DateTime', description: 'This time or later.' }),
    max: t.field({ type: 'DateTime', description: 'This time or earlier.' }),
  }),
});

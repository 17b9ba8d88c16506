import { builder } from './builder.ts';

export const DateTimeFilter = builder.inputType('DateTimeFilter', {
  description: 'A moment, or a span between two of them. The store keeps whole seconds.',
  fields: (t) => ({
    equals: t.field({ type: 'DateTime', description: 'Exactly then.' }),
    min: t.field({ type: 'DateTime', description: 'Then or later.' }),
    max: t.field({ type: 'DateTime', description: 'Then or earlier.' }),
  }),
});

import type { SchemaTypes } from '../builder.ts';

type InputFieldBuilder = PothosSchemaTypes.InputFieldBuilder<SchemaTypes, 'InputObject'>;

/** The fields by which an input refers to an attribute. Exactly one of them is given. */
export function attributeFields(t: InputFieldBuilder) {
  return {
    // Clients are written against a required `Int`. With a default it can be left out.
    attributeEntityId: t.int({
      required: true,
      defaultValue: 0,
      description: 'Id of the attribute. Required, unless `attributeName` is given.',
    }),
    attributeName: t.string({
      description:
        'Exact name of the attribute, in place of `attributeEntityId`. NOT_FOUND if the store has no attribute with this name, INVALID if it has several. The names are cached for 60 seconds: a name that another app has changed meanwhile still means the same attribute.',
    }),
  };
}

import SchemaBuilder from '@pothos/core';
import type { Context } from '../context.ts';

/** What the fields of this schema know beside their types. */
export interface SchemaShape {
  Context: Context;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    Date: { Input: string; Output: string };
  };
}

export const builder = new SchemaBuilder<SchemaShape>({});

/** What Pothos made of the shape: needed where a function takes a piece of the builder. */
export type SchemaTypes = typeof builder.$inferSchemaTypes;

builder.queryType({ description: "Reads of the store's customers and all that belongs to them." });

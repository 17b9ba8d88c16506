import type { InterfaceRef, ObjectRef } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type { DeletePayload, DeleteResult } from '../resolvers/deletes.ts';
import type { WriteError, WritePayload, WriteResult, WriteSummary } from '../resolvers/write-results.ts';
import { builder, type SchemaTypes } from './builder.ts';
import { AS_ABOVE, needsUnlessOwn } from './scopes.ts';

builder.mutationType({
  description:
    'Writes. Each takes a list and answers one result for each item, in the order of the items, with what became of it. Items go up in batches of as many as the store takes, side by side; one bad item does not sink the others, and a lost answer is settled by reading back.',
});

export const WriteOutcome = builder.enumType('WriteOutcome', {
  description: 'What became of one item.',
  values: {
    CREATED: { description: 'The store made it.' },
    UPDATED: { description: 'The store changed it.' },
    UNCHANGED: { description: 'The store already holds what was asked for.' },
    DELETED: { description: 'The store removed it.' },
    FAILED: { description: 'The store refused it, or it was invalid: nothing was written.' },
    UNKNOWN: { description: 'The answer was lost and reading back could not settle it.' },
    NOT_ATTEMPTED: { description: 'It was never sent.' },
  },
});

const WriteErrorCode = builder.enumType('WriteErrorCode', {
  description: 'Why an item was not written.',
  values: {
    INVALID: { description: 'A value that cannot be, or a record that stands in the list twice.' },
    REQUIRED: { description: 'A value that is missing.' },
    TAKEN: { description: 'An e-mail address or a metafield key that is in use.' },
    DUPLICATE: { description: 'An address that the customer has already.' },
    NOT_FOUND: { description: 'The store has no such record.' },
    LIMIT_EXCEEDED: { description: 'More than the store keeps.' },
    BATCH_REJECTED: { description: 'Valid in itself, refused together with another item.' },
    REJECTED: { description: 'Refused by the store, for a reason of its own that the message quotes.' },
    CONFLICT: { description: "Someone else's write came in between." },
    FORBIDDEN: { description: "The gateway's token, or the caller, may not write this." },
    RATE_LIMITED: { description: "The store's quota is used up; `retryAfterMs` says until when." },
    UPSTREAM_UNAVAILABLE: {
      description:
        'The store could not be reached, or its answer was lost and reading back shows that nothing was written.',
    },
    TIMEOUT: { description: 'The deadline passed before it was sent.' },
    CANCELLED: { description: 'The caller left, or the gateway is stopping, before it was sent.' },
    OUTCOME_UNKNOWN: { description: 'Whether it was written could not be settled.' },
  },
});

export const WriteErrorRef = builder.objectRef<WriteError>('WriteError').implement({
  extensions: AS_ABOVE,
  description: 'Why an item was not written.',
  fields: (t) => ({
    code: t.expose('code', {
      type: WriteErrorCode,
      nullable: false,
      description: 'What kind of reason it is.',
    }),
    message: t.exposeString('message', {
      nullable: false,
      description: 'The reason, in a sentence. Holds no values.',
    }),
    path: t.exposeStringList('path', {
      nullable: false,
      description: 'Into the input, such as `["customers", "3", "email"]`.',
    }),
    retryAfterMs: t.exposeInt('retryAfterMs', {
      description: 'With RATE_LIMITED: milliseconds after which another try makes sense.',
    }),
  }),
});

const WriteSummaryRef = builder.objectRef<WriteSummary>('WriteSummary').implement({
  extensions: AS_ABOVE,
  description: 'How many items came to which outcome.',
  fields: (t) => ({
    total: t.exposeInt('total', { nullable: false, description: 'All items.' }),
    created: t.exposeInt('created', { nullable: false, description: 'Items with the outcome CREATED.' }),
    updated: t.exposeInt('updated', { nullable: false, description: 'Items with the outcome UPDATED.' }),
    unchanged: t.exposeInt('unchanged', {
      nullable: false,
      description: 'Items with the outcome UNCHANGED.',
    }),
    deleted: t.exposeInt('deleted', { nullable: false, description: 'Items with the outcome DELETED.' }),
    failed: t.exposeInt('failed', { nullable: false, description: 'Items with the outcome FAILED.' }),
    unknown: t.exposeInt('unknown', { nullable: false, description: 'Items with the outcome UNKNOWN.' }),
    notAttempted: t.exposeInt('notAttempted', {
      nullable: false,
      description: 'Items with the outcome NOT_ATTEMPTED.',
    }),
  }),
});

const WriteResultRef = builder.interfaceRef<WriteResult<unknown>>('WriteResult').implement({
  extensions: AS_ABOVE,
  description: 'What became of one item.',
  fields: (t) => ({
    index: t.exposeInt('index', {
      nullable: false,
      description: 'Where the item stands in the input, from 0.',
    }),
    outcome: t.expose('outcome', { type: WriteOutcome, nullable: false, description: 'What became of it.' }),
    errors: t.expose('errors', {
      type: [WriteErrorRef],
      nullable: false,
      description:
        'Why it was not written; with UNCHANGED what it is the same as. Empty where all went well.',
    }),
  }),
});

interface AnyPayload {
  readonly summary: WriteSummary;
}

const WritePayloadRef = builder.interfaceRef<AnyPayload>('WritePayload').implement({
  extensions: AS_ABOVE,
  description: 'What became of a write.',
  fields: (t) => ({
    summary: t.expose('summary', {
      type: WriteSummaryRef,
      nullable: false,
      description: 'How many items came to which outcome.',
    }),
  }),
});

export interface PayloadWords {
  /** What the payload is of: `Customers`. */
  readonly payload: string;
  /** What a result is of: `Customer`. */
  readonly result: string;
  /** The field of a result that holds the record. */
  readonly field: string;
  readonly description: string;
}

/** What becomes of a written record where more of it is selected than the store answered. */
type Complete<R> = (record: R | null, ctx: Context, info: GraphQLResolveInfo) => R | null | Promise<R | null>;

/** Declares the payload of a write, with a result that holds a `record`. */
export function definePayload<R>(
  record: ObjectRef<SchemaTypes, R> | InterfaceRef<SchemaTypes, R>,
  words: PayloadWords,
  complete: Complete<R> = (written) => written,
) {
  const result = builder.objectRef<WriteResult<R>>(`${words.result}Result`).implement({
    extensions: AS_ABOVE,
    description: `What became of one item of a \`${words.payload}Payload\`.`,
    interfaces: [WriteResultRef],
    fields: (t) => ({
      [words.field]: t.field({
        type: record,
        authScopes: needsUnlessOwn('customers:read'),
        description: words.description,
        // Pothos cannot tell that no record is a list.
        resolve: (each, _args, ctx, info) => complete(each.record, ctx, info) as never,
      }),
    }),
  });
  return builder.objectRef<WritePayload<R>>(`${words.payload}Payload`).implement({
    extensions: AS_ABOVE,
    description: `What became of a write: a result for each item, in the order of the items.`,
    interfaces: [WritePayloadRef],
    fields: (t) => ({
      results: t.field({
        type: [result],
        nullable: false,
        description: 'What became of each item, in the order of the items.',
        resolve: (payload) => payload.results,
      }),
    }),
  });
}

const DeleteResultRef = builder.objectRef<DeleteResult>('DeleteResult').implement({
  extensions: AS_ABOVE,
  description: 'What became of one record that was to be deleted.',
  interfaces: [WriteResultRef],
  fields: (t) => ({
    entityId: t.exposeInt('entityId', { nullable: false, description: 'The id that was given.' }),
  }),
});

export const DeletePayloadRef = builder.objectRef<DeletePayload>('DeletePayload').implement({
  extensions: AS_ABOVE,
  description: 'What became of a delete: a result for each id, in the order of the ids.',
  interfaces: [WritePayloadRef],
  fields: (t) => ({
    results: t.field({
      type: [DeleteResultRef],
      nullable: false,
      description: 'What became of each record, in the order of the ids.',
      resolve: (payload) => payload.results,
    }),
  }),
});

export const DeleteInput = builder.inputType('DeleteInput', {
  description: 'Records to be deleted.',
  fields: (t) => ({
    entityIds: t.intList({
      required: true,
      description:
        'Their ids in REST. An empty list is refused, one that stands twice gets the outcome of the first.',
    }),
  }),
});

import type { InterfaceRef, ObjectRef } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../../context.ts';
import { OWNER } from '../../cost/customers.ts';
import { customerById } from '../../resolvers/customers.ts';
import { idAsInt } from '../../resolvers/inputs/ids.ts';
import type { DeletePayload, DeleteResult } from '../../resolvers/writes/deletes.ts';
import type { WriteError, WritePayload, WriteResult, WriteSummary } from '../../resolvers/writes/results.ts';
import { INHERITED, requireScope, requireScopeOrOwn } from '../authorization.ts';
import { builder, type SchemaTypes } from '../builder.ts';
import { customerSelectionOf } from '../customer-selection.ts';
import { costs } from '../descriptions.ts';
import { CustomerRef } from '../refs.ts';
import { selectionOf } from '../selection.ts';

/** The number of items of a write, for the descriptions of inputs. */
export const LIST_SIZE = 'At least 1 and, by default, at most 1,000.';

builder.mutationType({
  description:
    'Writes. A mutation that takes a list returns one result per item, in the order of the items. Items are sent in batches as large as the store accepts, in parallel. A rejected item does not affect the others. If a response is lost, the gateway reads the records back to find out the outcome.',
});

export const WriteOutcome = builder.enumType('WriteOutcome', {
  description: 'Outcome of one item of a write.',
  values: {
    CREATED: { description: 'The store created the record.' },
    UPDATED: { description: 'The store changed the record.' },
    UNCHANGED: { description: 'The store already had the requested state. Nothing was written.' },
    DELETED: { description: 'The store deleted the record.' },
    FAILED: { description: 'The item is invalid, or the store rejected it. Nothing was written.' },
    UNKNOWN: { description: 'Nothing shows whether it was written. The errors say why.' },
    NOT_ATTEMPTED: { description: 'The item was not sent.' },
  },
});

const WriteErrorCode = builder.enumType('WriteErrorCode', {
  description: 'Reason why an item was not written.',
  values: {
    INVALID: { description: 'An invalid value, or a record that occurs twice in the list.' },
    REQUIRED: { description: 'A missing value.' },
    TAKEN: { description: 'The e-mail address or the metafield key is already in use.' },
    DUPLICATE: { description: 'The customer already has this address.' },
    NOT_FOUND: { description: 'The store has no such record.' },
    LIMIT_EXCEEDED: { description: "The store's limit for such records is reached." },
    BATCH_REJECTED: {
      description:
        'Rejected together with other items, without being named. The message contains what the store said of the call.',
    },
    REJECTED: { description: 'Rejected by the store for a reason of its own, which the message quotes.' },
    CONFLICT: {
      description:
        'The record was changed since the item was first sent, so that sending it again could undo the change; or the store reports a conflict (409).',
    },
    FORBIDDEN: {
      description:
        "The caller or the store's API token is not authorized for this write, or the record belongs to another app.",
    },
    RATE_LIMITED: { description: "The store's quota is used up. `retryAfterMs` is the time to wait." },
    UPSTREAM_UNAVAILABLE: {
      description:
        'The store was not reachable, or its response was lost and reading back shows that nothing was written.',
    },
    TIMEOUT: { description: 'The deadline passed before the item was sent.' },
    CANCELLED: {
      description: 'The caller disconnected, or the gateway shut down, before the item was sent.',
    },
    OUTCOME_UNKNOWN: { description: 'It is unknown whether the item was written.' },
    PREREQUISITE_FAILED: {
      description:
        'Not sent, because something that has to be written first was not: the customer of a part, or the other parts of a customer whose addresses are replaced.',
    },
  },
});

export const WriteErrorRef = builder.objectRef<WriteError>('WriteError').implement({
  extensions: INHERITED,
  description: 'Reason why an item was not written.',
  fields: (t) => ({
    code: t.expose('code', {
      type: WriteErrorCode,
      nullable: false,
      description: 'Machine-readable reason.',
    }),
    message: t.exposeString('message', {
      nullable: false,
      description: 'The reason as a sentence. It contains no values of the input.',
    }),
    path: t.exposeStringList('path', {
      nullable: false,
      description: 'Path into the input, such as `["customers", "3", "email"]`.',
    }),
    retryAfterMs: t.exposeInt('retryAfterMs', {
      description: 'With RATE_LIMITED: milliseconds to wait before the next attempt.',
    }),
    upstreamStatus: t.exposeInt('upstreamStatus', {
      description:
        "HTTP status of the store's last response about the item, if it is an error. Null if the store was not asked, did not answer, or answered without an error.",
    }),
  }),
});

export const WriteSummaryRef = builder.objectRef<WriteSummary>('WriteSummary').implement({
  extensions: INHERITED,
  description: 'Number of items by outcome.',
  fields: (t) => ({
    total: t.exposeInt('total', { nullable: false, description: 'Number of all items.' }),
    created: t.exposeInt('created', {
      nullable: false,
      description: 'Number of items with the outcome CREATED.',
    }),
    updated: t.exposeInt('updated', {
      nullable: false,
      description: 'Number of items with the outcome UPDATED.',
    }),
    unchanged: t.exposeInt('unchanged', {
      nullable: false,
      description: 'Number of items with the outcome UNCHANGED.',
    }),
    deleted: t.exposeInt('deleted', {
      nullable: false,
      description: 'Number of items with the outcome DELETED.',
    }),
    failed: t.exposeInt('failed', {
      nullable: false,
      description: 'Number of items with the outcome FAILED.',
    }),
    unknown: t.exposeInt('unknown', {
      nullable: false,
      description: 'Number of items with the outcome UNKNOWN.',
    }),
    notAttempted: t.exposeInt('notAttempted', {
      nullable: false,
      description: 'Number of items with the outcome NOT_ATTEMPTED.',
    }),
  }),
});

export const WriteResultRef = builder.interfaceRef<WriteResult<unknown>>('WriteResult').implement({
  extensions: INHERITED,
  description: 'Result of one item of a write.',
  fields: (t) => ({
    index: t.exposeInt('index', {
      nullable: false,
      description: 'Zero-based position of the item in the input.',
    }),
    outcome: t.expose('outcome', {
      type: WriteOutcome,
      nullable: false,
      description: 'Outcome of the item.',
    }),
    errors: t.expose('errors', {
      type: [WriteErrorRef],
      nullable: false,
      description:
        'Reasons why the item was not written, or with UNCHANGED why nothing changed. With CREATED or UPDATED, the parts that the store did not keep, which are rare.',
    }),
  }),
});

interface WithSummary {
  readonly summary: WriteSummary;
}

export const WritePayloadRef = builder.interfaceRef<WithSummary>('WritePayload').implement({
  extensions: INHERITED,
  description: 'Result of a write.',
  fields: (t) => ({
    summary: t.expose('summary', {
      type: WriteSummaryRef,
      nullable: false,
      description: 'Number of items by outcome.',
    }),
  }),
});

export interface PayloadOptions {
  /** Prefix of the payload type: `Customers`. */
  readonly payload: string;
  /** Prefix of the result type: `Customer`. */
  readonly result: string;
  /** Name of the field of a result that holds the record. */
  readonly field: string;
  /** Description of that field. */
  readonly description: string;
  /** Its REST operation and cost, if it can need a read of its own. */
  readonly extensions?: ReturnType<typeof costs>;
  /** Description of the field `existing`, the record that prevented an item. @default no such field */
  readonly existing?: string;
}

/** Loads the selected fields of a written record that the store's response lacks. */
type LoadSelected<R> = (
  record: R | null,
  ctx: Context,
  info: GraphQLResolveInfo,
) => R | null | Promise<R | null>;

/** Declares the payload type of a write and its result type, whose field `words.field` holds the record. */
export function definePayload<R>(
  record: ObjectRef<SchemaTypes, R> | InterfaceRef<SchemaTypes, R>,
  options: PayloadOptions,
  loadSelected: LoadSelected<R> = (written) => written,
) {
  const result = builder.objectRef<WriteResult<R>>(`${options.result}Result`).implement({
    extensions: INHERITED,
    description: `Result of one item of a \`${options.payload}Payload\`.`,
    interfaces: [WriteResultRef],
    fields: (t) => ({
      [options.field]: t.field({
        type: record,
        authScopes: requireScopeOrOwn('customers:read'),
        description: options.description,
        ...(options.extensions && { extensions: options.extensions }),
        // Pothos cannot infer that a record is never a list.
        resolve: (each, _args, ctx, info) => loadSelected(each.record, ctx, info) as never,
      }),
      ...(options.existing !== undefined && {
        existing: t.field({
          type: record,
          // Whose record it is depends on the value that was sent, so it is no shopper's own.
          authScopes: requireScope('customers:read'),
          description: options.existing,
          ...(options.extensions && { extensions: options.extensions }),
          resolve: (each, _args, ctx, info) => loadSelected(each.existing, ctx, info) as never,
        }),
      }),
    }),
  });
  return builder.objectRef<WritePayload<R>>(`${options.payload}Payload`).implement({
    extensions: INHERITED,
    description: 'Results of a write: one per item, in the order of the items.',
    interfaces: [WritePayloadRef],
    fields: (t) => ({
      results: t.field({
        type: [result],
        nullable: false,
        description: 'One result per item, in the order of the items.',
        resolve: (payload) => payload.results,
      }),
    }),
  });
}

const DeleteResultRef = builder.objectRef<DeleteResult>('DeleteResult').implement({
  extensions: INHERITED,
  description: 'Result of deleting one record.',
  interfaces: [WriteResultRef],
  fields: (t) => ({
    entityId: t.int({
      nullable: false,
      description:
        'Id of the record, as given. The id of a metafield that exceeds 32 bits is an error, which makes the payload null too: `recordId` has every id.',
      resolve: ({ entityId }) => idAsInt(entityId, 'recordId'),
    }),
    recordId: t.expose('entityId', {
      type: 'SafeInt',
      nullable: false,
      description: 'Id of the record, as given, also if it exceeds 32 bits.',
    }),
    id: t.id({
      description:
        'Global id of the record, by which client caches remove it. Null if it is not known: that of an attribute value which the store does not have, or of an invalid id.',
      resolve: ({ globalId }) => globalId,
    }),
    customer: t.field({
      type: CustomerRef,
      authScopes: requireScopeOrOwn('customers:read'),
      description:
        'The customer whose address, attribute value or metafield was deleted, as the store has it now. Null if nothing of a customer was deleted.',
      extensions: costs(OWNER),
      resolve: ({ customerEntityId }, _args, ctx, info) =>
        customerEntityId === null
          ? null
          : customerById(
              ctx,
              idAsInt(customerEntityId, 'CustomerMetafieldRefInput.resourceId'),
              customerSelectionOf(selectionOf(info, ctx)),
            ),
    }),
  }),
});

export const DeletePayloadRef = builder.objectRef<DeletePayload>('DeletePayload').implement({
  extensions: INHERITED,
  description: 'Results of a delete: one per record, in the order of the input.',
  interfaces: [WritePayloadRef],
  fields: (t) => ({
    results: t.field({
      type: [DeleteResultRef],
      nullable: false,
      description: 'One result per record, in the order of the input.',
      resolve: (payload) => payload.results,
    }),
  }),
});

export const DeleteInput = builder.inputType('DeleteInput', {
  description: `Records to delete. ${LIST_SIZE}`,
  fields: (t) => ({
    entityIds: t.intList({
      required: true,
      description:
        'Ids in the REST API. An id that the store does not have is FAILED with the code NOT_FOUND. An id that occurs twice gets the outcome of its first occurrence.',
    }),
  }),
});

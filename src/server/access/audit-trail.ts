import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  defaultFieldResolver,
  type GraphQLFieldConfig,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from 'graphql';
import type { AuditEvent, AuditItem, AuditLog, AuditPart, RecordIds } from '../../access/audit-log.ts';
import type { Caller } from '../../access/caller.ts';
import type { Pseudonymizer } from '../../access/pseudonyms.ts';
import type { Context } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import type { RequestState } from '../observability/request-log.ts';

type Field = GraphQLFieldConfig<unknown, Context & RequestState>;
type Resolver = GraphQLFieldResolver<unknown, Context & RequestState>;

export interface AuditTrailOptions {
  readonly audit: AuditLog;
  /** Derives the name that stands for an e-mail address. */
  readonly pseudonym: Pseudonymizer;
}

/**
 * A copy of the schema that records every mutation and the audited reads. The line of a write is recorded before anything
 * is sent: if that fails, nothing is sent. The result of a read is withheld if its line cannot be recorded.
 */
export function withAuditLog(schema: GraphQLSchema, { audit, pseudonym }: AuditTrailOptions): GraphQLSchema {
  const mutation = schema.getMutationType()?.name;
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field: Field, name, typeName) => {
      if (typeName === mutation)
        return { ...field, resolve: auditedWrite(name, field, { audit, pseudonym }) };
      return field.extensions?.isAudited === true
        ? { ...field, resolve: auditedRead(name, field, audit) }
        : undefined;
    },
  });
}

function auditedWrite(operation: string, field: Field, { audit, pseudonym }: AuditTrailOptions): Resolver {
  const { resolve = defaultFieldResolver } = field;
  return async (root, args, ctx, info) => {
    const requested = requestedItems(args.input, pseudonym).map((item) => withOwner(item, ctx.caller));
    // A sign-in changes the caller of the context.
    const origin = { caller: ctx.caller, requestId: ctx.requestId ?? '' };
    await record(audit, origin, { event: 'write.begun', operation, items: requested });

    async function write(): Promise<unknown> {
      try {
        const payload: unknown = await resolve(root, args, ctx, info);
        await note({ event: 'write.ended', operation, items: itemOutcomes(payload, requested) });
        return payload;
      } catch (error) {
        await note({ event: 'write.ended', operation, items: requested, outcome: codeOf(error) });
        throw error;
      }
    }

    // The write has happened, so a failed closing line does not fail it. The next write will not start.
    const note = (event: AuditEvent) => record(audit, origin, event).catch(() => {});
    return ctx.writes.waitUntil(write());
  };
}

function auditedRead(operation: string, field: Field, audit: AuditLog): Resolver {
  const { resolve = defaultFieldResolver } = field;
  return async (parent, args, ctx, info) => {
    const items = [{ ids: { ...idsIn(parent), ...idsIn(args) } }];
    const origin = { caller: ctx.caller, requestId: ctx.requestId ?? '' };
    const note = (outcome: string) => record(audit, origin, { event: 'read', operation, items, outcome });
    let value: unknown;
    try {
      value = await resolve(parent, args, ctx, info);
    } catch (error) {
      await note(codeOf(error));
      throw error;
    }
    await note('READ');
    return value;
  };
}

async function record(
  audit: AuditLog,
  origin: Parameters<AuditLog['record']>[0],
  event: AuditEvent,
): Promise<void> {
  try {
    await audit.record(origin, event);
  } catch (cause) {
    throw new GatewayError(
      'AUDIT_UNAVAILABLE',
      'The audit log is not writable, so the operation was not run.',
      {},
      cause,
    );
  }
}

function codeOf(error: unknown): string {
  return error instanceof GatewayError ? error.code : 'INTERNAL';
}

/** Names of the fields that hold the ids of a record. All other values from callers and the store are omitted. */
const ID_FIELD = /^(entityId|[a-z]+EntityId|channelId)$/;

function idsIn(record: unknown): RecordIds {
  if (typeof record !== 'object' || record === null) return {};
  // 0 is the default of an id in whose place another field is given.
  const fields = Object.entries(record).filter(
    ([name, value]) => ID_FIELD.test(name) && typeof value === 'number' && value !== 0,
  );
  return Object.fromEntries(fields);
}

/** The items of a mutation input. */
function requestedItems(input: unknown, pseudonym: Pseudonymizer): readonly AuditItem[] {
  const itemOf = (item: unknown): AuditItem => ({
    ids: typeof item === 'number' ? { entityId: item } : idsIn(item),
    ...emailIn(item, pseudonym),
  });
  const fields = typeof input === 'object' && input !== null ? Object.values(input) : [];
  return fields.find(Array.isArray)?.map(itemOf) ?? [itemOf(input)];
}

/** An item without an id of its own, of a shopper, is about the shopper. */
function withOwner(item: AuditItem, { customerEntityId }: Caller): AuditItem {
  const hasId = Object.keys(item.ids).some((name) => name !== 'channelId');
  return hasId || customerEntityId === null ? item : { ...item, ids: { customerEntityId, ...item.ids } };
}

// A record that does not exist yet has no id, so a keyed hash of its e-mail address tells which one was meant.
function emailIn(item: unknown, pseudonym: Pseudonymizer): Pick<AuditItem, 'email'> {
  const { email } = (item ?? {}) as { readonly email?: unknown };
  return typeof email === 'string' ? { email: pseudonym('email', email.trim().toLowerCase()) } : {};
}

/** The outcome of each item, for every type of payload. */
function itemOutcomes(payload: unknown, requested: readonly AuditItem[]): readonly AuditItem[] {
  const { results, outcome, isValid } = (payload ?? {}) as {
    readonly results?: readonly {
      readonly index: number;
      readonly outcome: string;
      readonly record: unknown;
      readonly parts?: readonly PartOutcome[];
    }[];
    readonly outcome?: string;
    readonly isValid?: boolean;
  };
  if (results) {
    return results.map(({ index, record, outcome, parts }) => ({
      ...requested[index],
      ids: { ...requested[index]?.ids, ...idsIn(record) },
      outcome,
      ...(parts && parts.length > 0 && { parts: parts.map(auditPart) }),
    }));
  }
  const single = outcome ?? (isValid === undefined ? 'DONE' : isValid ? 'VALID' : 'INVALID');
  return [{ ...requested[0], ids: { ...requested[0]?.ids, ...idsIn(payload) }, outcome: single }];
}

interface PartOutcome {
  readonly kind: string;
  readonly outcome: string;
  readonly recordId: number | null;
}

function auditPart({ kind, outcome, recordId }: PartOutcome): AuditPart {
  return { kind, outcome, ...(recordId !== null && { recordId }) };
}

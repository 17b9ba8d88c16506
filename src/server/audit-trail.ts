import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  defaultFieldResolver,
  type GraphQLFieldConfig,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from 'graphql';
import type { Audit, Deed, DeedItem, Ids } from '../access/audit.ts';
import type { Context } from '../context.ts';
import { GatewayError } from '../errors.ts';
import type { RequestFacts } from './request-log.ts';

type Field = GraphQLFieldConfig<unknown, Context & RequestFacts>;
type Resolver = GraphQLFieldResolver<unknown, Context & RequestFacts>;

/** Reads that leave a line, by type and field; the parent is the customer who is read of. */
const READS: ReadonlySet<string> = new Set(['Customer.storedInstruments']);

/**
 * Tells the audit of every mutation, and of reads that it wants to know of. A write leaves a line before anything is sent:
 * where that cannot be written, nothing is sent. What is read is kept back where its line cannot be written.
 */
export function audited(schema: GraphQLSchema, audit: Audit): GraphQLSchema {
  const mutation = schema.getMutationType()?.name;
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field: Field, name, typeName) => {
      if (typeName === mutation) return { ...field, resolve: auditedWrite(name, field, audit) };
      if (READS.has(`${typeName}.${name}`)) return { ...field, resolve: auditedRead(name, field, audit) };
      return undefined;
    },
  });
}

function auditedWrite(operation: string, field: Field, audit: Audit): Resolver {
  const { resolve = defaultFieldResolver } = field;
  return async (root, args, ctx, info) => {
    const asked = itemsAsked(args.input);
    await tell(audit, ctx, { event: 'write.begun', operation, items: asked });

    async function write(): Promise<unknown> {
      try {
        const payload: unknown = await resolve(root, args, ctx, info);
        await note({ event: 'write.ended', operation, items: endsOf(payload, asked) });
        return payload;
      } catch (error) {
        await note({ event: 'write.ended', operation, items: asked, outcome: codeOf(error) });
        throw error;
      }
    }

    // The write is done, whatever becomes of the line. The next one will not begin.
    const note = (deed: Deed) => tell(audit, ctx, deed).catch(() => {});
    return ctx.writes.hold(write());
  };
}

function auditedRead(operation: string, field: Field, audit: Audit): Resolver {
  const { resolve = defaultFieldResolver } = field;
  return async (parent, args, ctx, info) => {
    const items = [{ ids: idsIn(parent) }];
    const note = (outcome: string) => tell(audit, ctx, { event: 'read', operation, items, outcome });
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

async function tell(
  audit: Audit,
  { caller, requestId = '' }: Context & RequestFacts,
  deed: Deed,
): Promise<void> {
  try {
    await audit.tell({ caller, requestId }, deed);
  } catch (cause) {
    throw new GatewayError(
      'AUDIT_UNAVAILABLE',
      'The audit cannot be written, so that nothing is done that it has to tell of.',
      {},
      cause,
    );
  }
}

function codeOf(error: unknown): string {
  return error instanceof GatewayError ? error.code : 'INTERNAL';
}

/** The names under which a number is an id. Everything else that callers and the store say is left out. */
const ID_NAMES = ['entityId', 'customerEntityId', 'addressEntityId', 'attributeEntityId', 'channelId'];

function idsIn(record: unknown): Ids {
  if (typeof record !== 'object' || record === null) return {};
  const fields = Object.entries(record).filter(
    ([name, value]) => ID_NAMES.includes(name) && typeof value === 'number',
  );
  return Object.fromEntries(fields);
}

/** What an input is about, item by item. */
function itemsAsked(input: unknown): readonly DeedItem[] {
  const fields = typeof input === 'object' && input !== null ? Object.values(input) : [];
  const list = fields.find(Array.isArray);
  if (list === undefined) return [{ ids: idsIn(input) }];
  return list.map((item: unknown) => ({ ids: typeof item === 'number' ? { entityId: item } : idsIn(item) }));
}

/** What became of each item, whatever the payload. */
function endsOf(payload: unknown, asked: readonly DeedItem[]): readonly DeedItem[] {
  const { results, outcome, isValid } = (payload ?? {}) as {
    readonly results?: readonly {
      readonly index: number;
      readonly outcome: string;
      readonly record: unknown;
    }[];
    readonly outcome?: string;
    readonly isValid?: boolean;
  };
  if (results) {
    return results.map(({ index, record, outcome }) => ({
      ids: { ...asked[index]?.ids, ...idsIn(record) },
      outcome,
    }));
  }
  const ended = outcome ?? (isValid === undefined ? 'DONE' : isValid ? 'VALID' : 'INVALID');
  return [{ ids: { ...asked[0]?.ids, ...idsIn(payload) }, outcome: ended }];
}

import type { RequestClient } from '../client/request-client.ts';
import { OPERATIONS } from '../operations.ts';
import { type CustomerMetafield, type MetafieldPermissionSet, readMetafield } from '../records/metafields.ts';
import { isObject } from '../wire/decode.ts';
import type { ResolveKeys } from './rejections.ts';
import { listOf, oneOf, readReply, type WriteReply } from './reply.ts';

/** Identifies a metafield. A write of one uses both ids, a write of several only their own ids. */
export interface MetafieldReference {
  readonly customerEntityId: number;
  readonly entityId: number;
}

export interface MetafieldCreation {
  readonly customerEntityId: number;
  readonly namespace: string;
  readonly key: string;
  readonly value: string;
  readonly permissionSet: MetafieldPermissionSet;
  /** Null is the same as undefined. */
  readonly description?: string | null | undefined;
}

/** Undefined leaves a field unchanged. Null clears the description and leaves other fields unchanged. */
export interface MetafieldUpdate extends MetafieldReference {
  readonly namespace?: string | null | undefined;
  readonly key?: string | null | undefined;
  readonly value?: string | null | undefined;
  readonly permissionSet?: MetafieldPermissionSet | null | undefined;
  readonly description?: string | null | undefined;
}

/** Writes of one metafield (`/customers/{id}/metafields`) or of several (`/customers/metafields`). */
export interface MetafieldWrites {
  create(metafields: readonly MetafieldCreation[]): Promise<WriteReply<CustomerMetafield>>;
  update(metafields: readonly MetafieldUpdate[]): Promise<WriteReply<CustomerMetafield>>;
  /** The records of the reply are the ids that the store reports as deleted. */
  delete(metafields: readonly MetafieldReference[]): Promise<WriteReply<number>>;
}

export function createMetafieldWrites({ write, onUnexpectedField }: RequestClient): MetafieldWrites {
  const metafieldsIn = listOf((wire) => readMetafield(wire, onUnexpectedField));
  const metafieldIn = (ownerId: number) => oneOf((wire) => readMetafield(wire, onUnexpectedField, ownerId));

  return {
    async create(metafields) {
      const [one, ...others] = metafields;
      if (one && others.length === 0) {
        const operation = OPERATIONS.createCustomerMetafields;
        const body = fieldsToWire(one);
        const attempt = await write(operation, { ids: [one.customerEntityId], body });
        return readReply(attempt, metafieldIn(one.customerEntityId), { operation, items: [body] });
      }
      const body = metafields.map((each) => ({ ...fieldsToWire(each), resource_id: each.customerEntityId }));
      const operation = OPERATIONS.createCustomersMetafields;
      const attempt = await write(operation, { body });
      return readReply(attempt, metafieldsIn, {
        operation,
        items: body,
        resolveKeys: resolveByIndex(metafields.length),
      });
    },
    async update(metafields) {
      const [one, ...others] = metafields;
      if (one && others.length === 0) {
        const operation = OPERATIONS.updateCustomerMetafield;
        const body = fieldsToWire(one, '');
        const attempt = await write(operation, { ids: [one.customerEntityId, one.entityId], body });
        return readReply(attempt, metafieldIn(one.customerEntityId), { operation, items: [body] });
      }
      const body = metafields.map((each) => ({ id: each.entityId, ...fieldsToWire(each, '') }));
      const operation = OPERATIONS.updateCustomersMetafields;
      const attempt = await write(operation, { body });
      return readReply(attempt, metafieldsIn, {
        operation,
        items: body,
        resolveKeys: resolveById(metafields),
      });
    },
    async delete(metafields) {
      const [one, ...others] = metafields;
      const ids = metafields.map(({ entityId }) => entityId);
      if (one && others.length === 0) {
        const operation = OPERATIONS.deleteCustomerMetafieldsId;
        const attempt = await write(operation, { ids: [one.customerEntityId, one.entityId] });
        return readReply(attempt, (body) => (body === null ? ids : idsIn(body)), { operation, items: ids });
      }
      const operation = OPERATIONS.deleteCustomersMetafields;
      const attempt = await write(operation, { body: ids });
      return readReply(attempt, idsIn, { operation, items: ids, resolveKeys: resolveById(metafields) });
    },
  };
}

function idsIn(body: unknown): readonly number[] | null {
  const data = isObject(body) ? body.data : null;
  return Array.isArray(data) ? data.filter((entityId) => typeof entityId === 'number') : null;
}

/**
 * Maps keys to items by index. It is not documented whether the index starts at 0 or 1. An index that leads to a
 * written item rules a base out.
 */
function resolveByIndex(count: number): ResolveKeys {
  return (keys, left) => {
    for (const first of [0, 1]) {
      const found = keys.flatMap((key): [string, number][] => {
        const index = Number(key) - first;
        return index < count && left.includes(index) ? [[key, index]] : [];
      });
      if (found.length === keys.length) return new Map(found);
    }
    return new Map();
  };
}

/** Maps keys to items by id, else by index. It is not documented which of them the store uses. */
function resolveById(metafields: readonly MetafieldReference[]): ResolveKeys {
  return (keys, left) => {
    const found = keys.flatMap((key): [string, number][] => {
      const index = left.find((each) => metafields[each]?.entityId === Number(key));
      return index === undefined ? [] : [[key, index]];
    });
    return found.length > 0 ? new Map(found) : resolveByIndex(metafields.length)(keys, left);
  };
}

type Fields = Partial<Omit<MetafieldUpdate, 'customerEntityId' | 'entityId'>>;

// JSON omits undefined fields.
function fieldsToWire(
  { namespace, key, value, permissionSet, description }: Fields,
  cleared?: '',
): Readonly<Record<string, unknown>> {
  return {
    permission_set: permissionSet?.toLowerCase(),
    namespace: namespace ?? undefined,
    key: key ?? undefined,
    value: value ?? undefined,
    description: description === null ? cleared : description,
  };
}

import type { WriteAttempt } from '../client/http.ts';
import type { RequestClient } from '../client/request-client.ts';
import type { MetafieldPermissionSet } from '../records/metafields.ts';
import { WRITE_RULES } from '../write-rules.ts';

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
  create(metafields: readonly MetafieldCreation[]): Promise<WriteAttempt>;
  update(metafields: readonly MetafieldUpdate[]): Promise<WriteAttempt>;
  delete(metafields: readonly MetafieldReference[]): Promise<WriteAttempt>;
}

const PATH = '/customers/metafields';

export function createMetafieldWrites({ write }: RequestClient): MetafieldWrites {
  return {
    create(metafields) {
      const [one, ...others] = metafields;
      if (one && others.length === 0)
        return write(
          WRITE_RULES.createMetafield,
          `/customers/${one.customerEntityId}/metafields`,
          fieldsToWire(one),
        );
      return write(
        WRITE_RULES.createMetafields,
        PATH,
        metafields.map((each) => ({ ...fieldsToWire(each), resource_id: each.customerEntityId })),
      );
    },
    update(metafields) {
      const [one, ...others] = metafields;
      if (one && others.length === 0)
        return write(WRITE_RULES.updateMetafield, metafieldPath(one), fieldsToWire(one, ''));
      return write(
        WRITE_RULES.updateMetafields,
        PATH,
        metafields.map((each) => ({ id: each.entityId, ...fieldsToWire(each, '') })),
      );
    },
    delete(metafields) {
      const [one, ...others] = metafields;
      if (one && others.length === 0)
        return write(WRITE_RULES.deleteMetafield, metafieldPath(one), undefined);
      const ids = metafields.map(({ entityId }) => entityId);
      return write(WRITE_RULES.deleteMetafields, PATH, ids);
    },
  };
}

function metafieldPath({ customerEntityId, entityId }: MetafieldReference): string {
  return `/customers/${customerEntityId}/metafields/${entityId}`;
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

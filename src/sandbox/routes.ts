import createRouter from 'find-my-way';
import type { Call, PathParams } from './call.ts';
import {
  createCustomersAddresses,
  deleteCustomersAddresses,
  updateCustomersAddresses,
} from './resources/address-writes.ts';
import { getCustomersAddresses } from './resources/addresses.ts';
import {
  deleteCustomersAttributeValues,
  getCustomersAttributeValues,
  upsertCustomersAttributeValues,
} from './resources/attribute-values.ts';
import {
  createCustomersAttributes,
  deleteCustomersAttributes,
  getCustomersAttributes,
  updateCustomersAttributes,
} from './resources/attributes.ts';
import {
  createCustomersMetafields,
  deleteCustomersMetafields,
  getallCustomersMetafields,
  updateCustomersMetafields,
} from './resources/batch-metafields.ts';
import { getCustomerConsent, updateCustomerConsent } from './resources/consent.ts';
import { validateCustomerCredentials } from './resources/credentials.ts';
import {
  createCustomerMetafields,
  deleteCustomerMetafieldsId,
  getCustomersMetafields,
  getMetafieldsCustomerId,
  updateCustomerMetafield,
} from './resources/customer-metafields.ts';
import { createCustomers, deleteCustomers, updateCustomers } from './resources/customer-writes.ts';
import { getCustomers } from './resources/customers.ts';
import { getCustomersFormFieldValues, updateCustomerFormFieldValues } from './resources/form-fields.ts';
import { createHook, deleteHook, getHook, getHooks, updateHook } from './resources/hooks.ts';
import { getCustomerStoredInstruments } from './resources/instruments.ts';
import {
  getCustomersSettings,
  getCustomersSettingsChannel,
  updateCustomersSettings,
  updateCustomersSettingsChannel,
} from './resources/settings.ts';
import type { ApiResponse } from './responses.ts';
import type { Access } from './tokens.ts';

/** An API operation. Its id is the OpenAPI operationId, with the vendor's irregular spelling. */
export interface Operation {
  readonly operationId: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/stores/{hash}/v3`. */
  readonly path: string;
  readonly access: Access;
  readonly handle: (call: Call) => ApiResponse;
}

export interface Route {
  readonly operation: Operation;
  readonly storeHash: string;
  readonly ids: PathParams;
}

const customer = '/customers/:customerId(^\\d+$)';
const metafield = `${customer}/metafields/:metafieldId(^\\d+$)`;
const channel = '/customers/settings/channels/:channelId(^\\d+$)';

type Handler = readonly [method: Operation['method'], path: string, handle: (call: Call) => ApiResponse];

const customerHandlers: readonly Handler[] = [
  ['GET', '/customers', getCustomers],
  ['POST', '/customers', createCustomers],
  ['PUT', '/customers', updateCustomers],
  ['DELETE', '/customers', deleteCustomers],
  ['GET', '/customers/addresses', getCustomersAddresses],
  ['POST', '/customers/addresses', createCustomersAddresses],
  ['PUT', '/customers/addresses', updateCustomersAddresses],
  ['DELETE', '/customers/addresses', deleteCustomersAddresses],
  ['GET', '/customers/attributes', getCustomersAttributes],
  ['POST', '/customers/attributes', createCustomersAttributes],
  ['PUT', '/customers/attributes', updateCustomersAttributes],
  ['DELETE', '/customers/attributes', deleteCustomersAttributes],
  ['GET', '/customers/attribute-values', getCustomersAttributeValues],
  ['PUT', '/customers/attribute-values', upsertCustomersAttributeValues],
  ['DELETE', '/customers/attribute-values', deleteCustomersAttributeValues],
  ['GET', '/customers/form-field-values', getCustomersFormFieldValues],
  ['PUT', '/customers/form-field-values', updateCustomerFormFieldValues],
  ['GET', `${customer}/consent`, getCustomerConsent],
  ['PUT', `${customer}/consent`, updateCustomerConsent],
  ['GET', `${customer}/stored-instruments`, getCustomerStoredInstruments],
  ['GET', `${customer}/metafields`, getCustomersMetafields],
  ['POST', `${customer}/metafields`, createCustomerMetafields],
  ['GET', metafield, getMetafieldsCustomerId],
  ['PUT', metafield, updateCustomerMetafield],
  ['DELETE', metafield, deleteCustomerMetafieldsId],
  ['GET', '/customers/metafields', getallCustomersMetafields],
  ['POST', '/customers/metafields', createCustomersMetafields],
  ['PUT', '/customers/metafields', updateCustomersMetafields],
  ['DELETE', '/customers/metafields', deleteCustomersMetafields],
  ['GET', '/customers/settings', getCustomersSettings],
  ['PUT', '/customers/settings', updateCustomersSettings],
  ['GET', channel, getCustomersSettingsChannel],
  ['PUT', channel, updateCustomersSettingsChannel],
  ['POST', '/customers/validate-credentials', validateCustomerCredentials],
];

const hook = '/hooks/:hookId(^\\d+$)';

const hookHandlers: readonly Handler[] = [
  ['GET', '/hooks', getHooks],
  ['POST', '/hooks', createHook],
  ['GET', hook, getHook],
  ['PUT', hook, updateHook],
  ['DELETE', hook, deleteHook],
];

/** The customers API: 34 operations. */
export const operations = toOperations(customerHandlers);

/** The part of the webhooks API that subscribes. */
const hookOperations = toOperations(hookHandlers);

export const operationIds: ReadonlySet<string> = new Set(
  [...operations, ...hookOperations].map(({ operationId }) => operationId),
);

/** Matches a method and a path to an operation. Null if either is unknown; the platform sends a 404 for both. */
export function createRouteMatcher(): (method: string, path: string) => Route | null {
  const router = createRouter();
  for (const operation of [...operations, ...hookOperations]) {
    // The router requires a handler. Ours needs other arguments, so the operation is the route's store.
    router.on(operation.method, `/stores/:storeHash/v3${operation.path}`, () => undefined, operation);
  }
  return (method, path) => {
    const found = router.find(method as createRouter.HTTPMethod, path);
    if (!found) return null;
    const { storeHash = '', customerId, metafieldId, channelId, hookId } = found.params;
    const ids = {
      customerId: Number(customerId ?? 0),
      metafieldId: Number(metafieldId ?? 0),
      channelId: Number(channelId ?? 0),
      hookId: Number(hookId ?? 0),
    };
    return { operation: found.store, storeHash, ids };
  };
}

// The name of a handler function is the id of its operation.
function toOperations(handlers: readonly Handler[]): readonly Operation[] {
  return handlers.map(([method, path, handle]) => ({
    operationId: handle.name,
    method,
    path,
    access: requiredAccess(method, path),
    handle,
  }));
}

function requiredAccess(method: Operation['method'], path: string): Access {
  if (path.startsWith('/hooks')) return 'any';
  if (path.endsWith('/stored-instruments')) return 'instruments';
  return method === 'GET' ? 'read' : 'modify';
}

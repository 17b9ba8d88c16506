import type { RequestClient } from '../client/request-client.ts';
import { OPERATIONS } from '../operations.ts';
import { type Customer, type CustomerInclude, readCustomer, type StoreCredit } from '../records/customers.ts';
import { type FormFieldInput, formFieldsToWire } from '../wire/form-fields.ts';
import { type AddressFields, addressToWire } from './addresses.ts';
import { quotesExactly } from './quotes-exactly.ts';
import type { RejectedCall } from './rejections.ts';
import { deleteByIds, listOf, readReply, type WriteReply } from './reply.ts';

export interface AuthenticationInput {
  readonly forcePasswordReset?: boolean | null | undefined;
  /** Only used in the call that sets it; not stored. */
  readonly newPassword?: string | null | undefined;
}

/** Writable fields of a customer. Undefined leaves a field unchanged. Null clears it in an update and is ignored in a create. */
export interface CustomerFields {
  readonly email?: string | null | undefined;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  readonly company?: string | null | undefined;
  readonly phone?: string | null | undefined;
  readonly notes?: string | null | undefined;
  readonly taxExemptCategory?: string | null | undefined;
  readonly customerGroupId?: number | null | undefined;
  readonly authentication?: AuthenticationInput | null | undefined;
  readonly acceptsProductReviewAbandonedCartEmails?: boolean | null | undefined;
  readonly storeCredit?: readonly StoreCredit[] | null | undefined;
  readonly channelIds?: readonly number[] | null | undefined;
  readonly formFields?: readonly FormFieldInput[] | null | undefined;
}

export interface CustomerCreation extends CustomerFields {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly addresses?: readonly AddressFields[] | null | undefined;
  readonly attributes?:
    | readonly { readonly attributeEntityId: number; readonly value: string }[]
    | null
    | undefined;
  readonly originChannelId?: number | null | undefined;
  readonly triggerAccountCreatedNotification?: boolean | null | undefined;
}

export interface CustomerUpdate extends CustomerFields {
  readonly entityId: number;
}

/** Writes of `/customers`. */
export interface CustomerWrites {
  create(customers: readonly CustomerCreation[]): Promise<WriteReply<Customer>>;
  update(customers: readonly CustomerUpdate[]): Promise<WriteReply<Customer>>;
  /** The records of the reply are the ids. */
  delete(entityIds: readonly number[]): Promise<WriteReply<number>>;
}

export function createCustomerWrites(client: RequestClient): CustomerWrites {
  const customersIn = listOf((item) => readCustomer(item, PARTS_IN_RESPONSE, client.onUnexpectedField));

  return {
    async create(customers) {
      const operation = OPERATIONS.createCustomers;
      const body = customers.map(creationToWire);
      const attempt = await client.write(operation, { body });
      return readReply(attempt, customersIn, {
        operation,
        items: body,
        matchesMessage: matchEmails(customers),
      });
    },
    async update(customers) {
      const operation = OPERATIONS.updateCustomers;
      const body = customers.map(updateToWire);
      const attempt = await client.write(operation, { body });
      return readReply(attempt, customersIn, {
        operation,
        items: body,
        matchesMessage: matchEmails(customers),
      });
    },
    delete: (entityIds) => deleteByIds(client, OPERATIONS.deleteCustomers, entityIds),
  };
}

/** Optional parts that the response to a write contains in addition to the customer itself. */
export const PARTS_IN_RESPONSE: ReadonlySet<CustomerInclude> = new Set(['storeCredit']);

/** An error text can quote the e-mail address of an item, unless several items have it. */
function matchEmails(customers: readonly CustomerFields[]): NonNullable<RejectedCall['matchesMessage']> {
  const byEmail = Map.groupBy(customers, ({ email }) => email?.trim().toLowerCase());
  return (index, text) => {
    const email = customers[index]?.email;
    const isOnly = byEmail.get(email?.trim().toLowerCase())?.length === 1;
    return typeof email === 'string' && isOnly && quotesExactly(text, email);
  };
}

// JSON omits undefined fields.
function creationToWire(customer: CustomerCreation): object {
  return {
    ...fieldsToWire(customer, undefined),
    customer_group_id: customer.customerGroupId ?? undefined,
    channel_ids: customer.channelIds ?? undefined,
    addresses: customer.addresses?.map((address) => addressToWire(address, undefined)),
    attributes: customer.attributes?.map(({ attributeEntityId, value }) => ({
      attribute_id: attributeEntityId,
      attribute_value: value,
    })),
    origin_channel_id: customer.originChannelId ?? undefined,
    trigger_account_created_notification: customer.triggerAccountCreatedNotification ?? undefined,
  };
}

function updateToWire(customer: CustomerUpdate): object {
  return {
    id: customer.entityId,
    ...fieldsToWire(customer, ''),
    customer_group_id: customer.customerGroupId === null ? NO_GROUP : customer.customerGroupId,
    // The store's own value for "every channel that allows global logins" is null.
    channel_ids: customer.channelIds,
  };
}

const NO_GROUP = 0;

function fieldsToWire(customer: CustomerFields, cleared: '' | undefined): object {
  const orCleared = (value: string | null | undefined) => (value === null ? cleared : value);
  const { forcePasswordReset, newPassword } = customer.authentication ?? {};
  return {
    email: orCleared(customer.email),
    first_name: orCleared(customer.firstName),
    last_name: orCleared(customer.lastName),
    company: orCleared(customer.company),
    phone: orCleared(customer.phone),
    notes: orCleared(customer.notes),
    tax_exempt_category: orCleared(customer.taxExemptCategory),
    authentication: customer.authentication
      ? { force_password_reset: forcePasswordReset ?? undefined, new_password: newPassword ?? undefined }
      : undefined,
    accepts_product_review_abandoned_cart_emails:
      customer.acceptsProductReviewAbandonedCartEmails ?? undefined,
    store_credit_amounts: customer.storeCredit?.map(({ amount }) => ({ amount })),
    form_fields: formFieldsToWire(customer.formFields),
  };
}

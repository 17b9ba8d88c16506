import type { RequestClient } from '../client/request-client.ts';
import { OPERATIONS } from '../operations.ts';
import { type FormFieldValue, readOwnedFormField } from '../records/form-fields.ts';
import { type FormFieldContent, formFieldContentToWire } from '../wire/form-fields.ts';
import { listOf, readReply, type WriteReply } from './reply.ts';

/** A form field's new value for a customer or an address. Exactly one of the two owners is given. */
export interface FormFieldUpsert {
  readonly owner: {
    readonly customerEntityId?: number | null | undefined;
    readonly addressEntityId?: number | null | undefined;
  };
  readonly name: string;
  readonly value: FormFieldContent;
}

/** Writes of `/customers/form-field-values`. */
export interface FormFieldWrites {
  upsert(values: readonly FormFieldUpsert[]): Promise<WriteReply<FormFieldValue>>;
}

export function createFormFieldWrites(client: RequestClient): FormFieldWrites {
  const fieldsIn = listOf((item) => readOwnedFormField(item, client.onUnexpectedField));

  return {
    async upsert(values) {
      const body = values.map(({ owner, name, value }) => ({
        customer_id: owner.customerEntityId ?? undefined,
        address_id: owner.addressEntityId ?? undefined,
        name,
        value: formFieldContentToWire(value),
      }));
      const operation = OPERATIONS.updateCustomerFormFieldValues;
      const attempt = await client.write(operation, { body });
      return readReply(attempt, fieldsIn, { operation, items: body });
    },
  };
}

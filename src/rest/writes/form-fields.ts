import type { WriteAttempt } from '../client/http.ts';
import type { RequestClient } from '../client/request-client.ts';
import { type FormFieldContent, formFieldContentToWire } from '../wire/form-fields.ts';
import { WRITE_RULES } from '../write-rules.ts';

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
  upsert(values: readonly FormFieldUpsert[]): Promise<WriteAttempt>;
}

export function createFormFieldWrites(client: RequestClient): FormFieldWrites {
  return {
    upsert: (values) =>
      client.write(
        WRITE_RULES.upsertFormFieldValues,
        '/customers/form-field-values',
        values.map(({ owner, name, value }) => ({
          customer_id: owner.customerEntityId ?? undefined,
          address_id: owner.addressEntityId ?? undefined,
          name,
          value: formFieldContentToWire(value),
        })),
      ),
  };
}

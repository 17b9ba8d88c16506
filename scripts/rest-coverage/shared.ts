import { fieldsOf, placesOf, type Rows, valuesOf, within, without } from './rows.ts';

/** `page` and `limit` of a root connection. */
export function pages(field: string): Rows {
  return {
    page: `Query.${field}(offset)`,
    limit: [`Query.${field}(first)`, `Query.${field}(last)`],
  };
}

/** `after` and `before` of a root connection. */
export function cursors(field: string): Rows {
  return { after: `Query.${field}(after)`, before: `Query.${field}(before)` };
}

/** The six parameters of a filter by the dates of a record. */
export function dates(filter: string): Rows {
  return {
    date_created: [`${filter}.createdAt`, 'DateTimeFilter.equals'],
    'date_created:min': [`${filter}.createdAt`, 'DateTimeFilter.min'],
    'date_created:max': [`${filter}.createdAt`, 'DateTimeFilter.max'],
    date_modified: [`${filter}.updatedAt`, 'DateTimeFilter.equals'],
    'date_modified:min': [`${filter}.updatedAt`, 'DateTimeFilter.min'],
    'date_modified:max': [`${filter}.updatedAt`, 'DateTimeFilter.max'],
  };
}

/** `id:in` of a delete. */
export function deletedIds(mutation: string): Rows {
  return { 'id:in': [`Mutation.${mutation}`, 'DeleteInput.entityIds'] };
}

/** The name and the value of a form field, in a list. */
export function formFields(type: string): Rows {
  return {
    form_fields: `${type}.formFields`,
    'form_fields[].name': 'FormFieldValueInput.name',
    'form_fields[].value': [
      'FormFieldValueInput.value',
      'FormFieldContentInput.text',
      'FormFieldContentInput.number',
      'FormFieldContentInput.choices',
    ],
  };
}

/** The fields of an address that can be written. */
export function addressBody(type: string): Rows {
  return {
    ...fieldsOf(
      type,
      'first_name last_name company address1 address2 city state_or_province postal_code country_code phone address_type',
    ),
    ...valuesOf('address_type', 'AddressType', 'residential commercial'),
    ...formFields(type),
  };
}

/** The fields of a metafield that can be written. @param types the inputs that have them */
export function metafieldBody(...types: readonly string[]): Rows {
  const rows = types.map((type) => fieldsOf(type, 'namespace key value description permission_set'));
  return {
    ...Object.fromEntries(
      Object.keys(rows[0] ?? {}).map((name) => [name, rows.flatMap((row) => placesOf(row[name] ?? []))]),
    ),
    ...valuesOf(
      'permission_set',
      'MetafieldPermissionSet',
      'app_only read write read_and_sf_access write_and_sf_access',
    ),
  };
}

/** The settings of the store and of a channel that can be written. */
export function settingsBody(type: string): Rows {
  return {
    privacy_settings: `${type}.privacy`,
    ...within(
      'privacy_settings.',
      fieldsOf('PrivacySettingsInput', 'ask_shopper_for_tracking_consent policy_url'),
    ),
    customer_group_settings: `${type}.customerGroups`,
    ...within(
      'customer_group_settings.',
      fieldsOf('CustomerGroupSettingsInput', 'guest_customer_group_id default_customer_group_id'),
    ),
  };
}

/** A setting that is in the examples of the description, but in none of its schemas. */
export const CHECKOUT_CONSENT: Rows = within(
  'privacy_settings.',
  fieldsOf('PrivacySettingsInput', 'ask_shopper_for_tracking_consent_on_checkout'),
);

/** `include_fields` of the lists of metafields, and its values. */
export const INCLUDE_FIELDS: Rows = without(
  'include_fields include_fields=resource_id include_fields=key include_fields=value include_fields=namespace include_fields=permission_set include_fields=resource_type include_fields=description include_fields=owner_client_id include_fields=date_created include_fields=date_modified',
  'It leaves fields out and saves no call. A shared read needs all fields.',
);

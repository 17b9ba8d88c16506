import { isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { COVERAGE } from '../../scripts/rest-coverage/operations.ts';
import { RECORDS } from '../../scripts/rest-coverage/records.ts';
import { noteOf, placesOf, type Row } from '../../scripts/rest-coverage/rows.ts';
import { OPERATIONS } from '../../src/rest/operations.ts';
import { schema } from '../../src/schema/index.ts';

const rows: readonly (readonly [name: string, row: Row])[] = [
  ...Object.entries(COVERAGE).flatMap(([operation, { ids, query, newerQuery, body, newerBody }]) =>
    Object.entries({ ...ids, ...query, ...newerQuery, ...body, ...newerBody }).map(
      ([name, row]) => [`${operation} ${name}`, row] as const,
    ),
  ),
  ...Object.entries(RECORDS).flatMap(([record, { fields }]) =>
    Object.entries(fields).map(([name, row]) => [`${record} ${name}`, row] as const),
  ),
];
const places = new Set(rows.flatMap(([, row]) => placesOf(row)));

/** All places that the schema has: types, fields, arguments and values. */
const schemaPlaces = new Set(
  Object.values(schema.getTypeMap()).flatMap((type) => {
    if (isEnumType(type)) return [type.name, ...type.getValues().map(({ name }) => `${type.name}.${name}`)];
    if (isInputObjectType(type))
      return [type.name, ...Object.keys(type.getFields()).map((name) => `${type.name}.${name}`)];
    if (!isObjectType(type) && !isInterfaceType(type)) return [type.name];
    return [
      type.name,
      ...Object.values(type.getFields()).flatMap(({ name, args }) => [
        `${type.name}.${name}`,
        ...args.map((argument) => `${type.name}.${name}(${argument.name})`),
      ]),
    ];
  }),
);

test('the coverage lists exactly the 34 operations that the gateway calls, with the ids of their paths', () => {
  expect(Object.keys(COVERAGE)).toHaveLength(34);
  expect(Object.keys(COVERAGE).toSorted()).toEqual(Object.keys(OPERATIONS).toSorted());
  for (const [id, { ids = {} }] of Object.entries(COVERAGE)) {
    const { path } = OPERATIONS[id as keyof typeof OPERATIONS];
    expect(path.match(/\{\w+\}/g) ?? [], id).toEqual(Object.keys(ids).map((name) => `{${name}}`));
  }
});

test('the coverage lists the 64 query parameters of the description', () => {
  const names = Object.values(COVERAGE).flatMap(({ query = {} }) =>
    Object.keys(query).filter((name) => !name.includes('=')),
  );
  expect(names).toHaveLength(64);
});

test.each(rows)('the places of %s exist in the schema, or a reason says why it has none', (_name, row) => {
  for (const place of placesOf(row)) expect(schemaPlaces).toContain(place);
  const note = noteOf(row);
  if (placesOf(row).length === 0 || note !== null) expect(note).toMatch(/^[A-Z`].{8,}\.$/);
});

test('every operation returns records that are listed', () => {
  const returned = new Set(Object.values(COVERAGE).flatMap(({ returns }) => returns));
  expect([...returned].toSorted()).toEqual(Object.keys(RECORDS).toSorted());
});

test('the mutations of an operation are deprecated exactly if the vendor deprecates the operation', () => {
  for (const { name, extensions, deprecationReason } of Object.values(
    schema.getMutationType()?.getFields() ?? {},
  )) {
    const { operations } = extensions.cost as { readonly operations: readonly string[] };
    const isDeprecated = COVERAGE[operations[0] ?? '']?.isDeprecated ?? false;
    expect(deprecationReason ?? '', name).toMatch(
      isDeprecated ? /^The vendor deprecates the REST operation\./ : /^$/,
    );
  }
  expect(COVERAGE.updateCustomerFormFieldValues?.isDeprecated).toBe(true);
});

// Fields that the gateway adds to what the REST API has.
const OWN_FIELDS = /\.(id|customer|definition)$/;
const OWN = new Set([
  'Customer.attribute',
  // The name in the definition.
  'CustomerAttributeValue.name',
  // Learnt by the filter by type: the API does not report it.
  'FormFieldValue.fieldType',
  // The id in the path.
  'ChannelCustomerSettings.channelId',
  // The store has no such filter: the gateway applies it to the complete list.
  'CustomerAttributeDefinitionFilter.entityIds',
  // The store deletes by the id of the value alone. The gateway looks the value up by its customer before.
  'CustomerAttributeValueRefInput.customerEntityId',
]);

/** The types whose fields stand for fields of the REST API. */
const COVERED_TYPES = [...new Set([...places].map((place) => place.split('.')[0] ?? ''))].filter(
  (name) =>
    !/^(Query|Mutation|PageInfo|DeleteResult|DeleteInput|Write\w+|\w+(Connection|Edge|Payload))$/.test(name),
);

test.each(COVERED_TYPES)('every field and value of %s is in the coverage', (name) => {
  const type = schema.getType(name);
  const inherited = isObjectType(type)
    ? type.getInterfaces().flatMap((each) => Object.keys(each.getFields()))
    : [];
  const members = isEnumType(type)
    ? type.getValues().map((value) => value.name)
    : isInputObjectType(type) || isObjectType(type) || isInterfaceType(type)
      ? Object.keys(type.getFields())
      : [];
  const missing = members
    .filter((member) => !inherited.includes(member) || places.has(`${name}.${member}`))
    .map((member) => `${name}.${member}`)
    .filter((place) => !places.has(place) && !OWN_FIELDS.test(place) && !OWN.has(place));
  expect(missing).toEqual([]);
});

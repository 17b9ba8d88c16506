import type { AddressType } from '../../rest/records/addresses.ts';
import type { AddressCreation } from '../../rest/writes/addresses.ts';
import type { MatchKey, MatchRules } from './match.ts';
import { foldText, normalizeText } from './normalize.ts';

/** The fields by which the store recognises a duplicate, beside the customer and the type. */
export const COMPARED_FIELDS = [
  'firstName',
  'lastName',
  'company',
  'phone',
  'address1',
  'address2',
  'city',
  'countryCode',
  'stateOrProvince',
  'postalCode',
] as const;

type ComparedField = (typeof COMPARED_FIELDS)[number];
export type ComparedAddress = Pick<AddressCreation, 'customerEntityId' | 'addressType' | ComparedField>;

/** The type that the store sets if none was sent. */
const DEFAULT_TYPE: AddressType = 'RESIDENTIAL';

function compareBy(keyOf: (address: ComparedAddress) => unknown): MatchKey<ComparedAddress, ComparedAddress> {
  const key = (address: ComparedAddress) => JSON.stringify(keyOf(address));
  return { item: key, record: key };
}

export function valuesOf(
  address: ComparedAddress,
  spell: (value: string) => string,
  fields: readonly ComparedField[] = COMPARED_FIELDS,
): readonly unknown[] {
  const spelled = fields.map((field) => {
    const value = address[field] ?? '';
    return spell(field === 'countryCode' ? value.toUpperCase() : value);
  });
  return [address.customerEntityId, ...spelled];
}

function typeOf({ addressType }: ComparedAddress): AddressType {
  return addressType ?? DEFAULT_TYPE;
}

const ALL_BUT_STATE = COMPARED_FIELDS.filter((field) => field !== 'stateOrProvince');

/** Addresses of the same values. The store can have another default type. */
export const EQUAL: MatchRules<ComparedAddress, ComparedAddress> = {
  exact: [
    compareBy((address) => [typeOf(address), ...valuesOf(address, (value) => value)]),
    compareBy((address) => [typeOf(address), ...valuesOf(address, normalizeText)]),
  ],
  partial: [compareBy((address) => valuesOf(address, normalizeText))],
};

/** Addresses that differ only in the spelling. A state can be a name (California) or a code (CA). */
export const RESPELLED: MatchRules<ComparedAddress, ComparedAddress> = {
  exact: [],
  partial: [COMPARED_FIELDS, ALL_BUT_STATE].flatMap((fields) => [
    compareBy((address) => [typeOf(address), ...valuesOf(address, foldText, fields)]),
    compareBy((address) => valuesOf(address, foldText, fields)),
  ]),
};

/** Whether two addresses of a customer can be one in two spellings, although they differ in more than that. */
export function isLookalike(one: ComparedAddress, other: ComparedAddress): boolean {
  const isSame = (fields: readonly ComparedField[]) =>
    fields.every((field) => foldText(one[field]) !== '' && foldText(one[field]) === foldText(other[field]));
  return (
    one.customerEntityId === other.customerEntityId &&
    (isSame(['address1']) || isSame(['postalCode', 'city']))
  );
}

/** A response contains only addresses that were sent, so the customer alone can identify one. */
export const MATCH_CREATION: MatchRules<ComparedAddress, ComparedAddress> = {
  exact: EQUAL.exact,
  partial: [
    ...(EQUAL.partial ?? []),
    ...(RESPELLED.partial ?? []),
    compareBy(({ customerEntityId }) => customerEntityId),
  ],
};

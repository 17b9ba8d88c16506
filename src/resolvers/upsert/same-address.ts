import type { CustomerAddress } from '../../rest/records/addresses.ts';
import type { AddressFields } from '../../rest/writes/addresses.ts';
import { COMPARED_FIELDS } from '../writes/address-match.ts';
import { storedText } from '../writes/normalize.ts';

/** Addresses that can be found by their contents, in any spelling of the store. */
export interface AddressBook<T> {
  add(address: T): void;
  /** An address with these contents, one of the same type first. Undefined if there is none. */
  find(address: AddressFields): T | undefined;
  /** The same, which is not found again. */
  take(address: AddressFields): T | undefined;
}

type Content = Pick<AddressFields, (typeof COMPARED_FIELDS)[number] | 'addressType'>;

/** @param contentOf the contents of each address, of which null and absent fields are empty */
export function createAddressBook<T>(contentOf: (address: T) => Content): AddressBook<T> {
  const byKey = new Map<string, Set<T>>();

  function find(address: AddressFields): T | undefined {
    const { addressType, stateOrProvince } = address;
    const candidates = [...(byKey.get(keyOf(address)) ?? [])].filter((each) =>
      isSameState(contentOf(each).stateOrProvince, stateOrProvince),
    );
    const isOfType = (each: T) => contentOf(each).addressType === (addressType ?? 'RESIDENTIAL');
    return candidates.find(isOfType) ?? (addressType ? undefined : candidates[0]);
  }

  return {
    add(address) {
      const key = keyOf(contentOf(address));
      byKey.set(key, (byKey.get(key) ?? new Set()).add(address));
    },
    find,
    take(address) {
      const found = find(address);
      if (found !== undefined) byKey.get(keyOf(address))?.delete(found);
      return found;
    },
  };
}

/** The addresses of a customer of the store. */
export function addressBookOf(addresses: readonly CustomerAddress[]): AddressBook<CustomerAddress> {
  const book = createAddressBook<CustomerAddress>((address) => address);
  for (const address of addresses) book.add(address);
  return book;
}

/** The contents without the state, which has two spellings. */
function keyOf(address: Content): string {
  const values = COMPARED_FIELDS.filter((field) => field !== 'stateOrProvince').map((field) => {
    const text = storedText(address[field]);
    return field === 'countryCode' ? text.toUpperCase() : text;
  });
  return JSON.stringify(values);
}

/** A store replaces the code of a state by its name, so a code is the same as any name. */
function isSameState(held: string | null | undefined, sent: string | null | undefined): boolean {
  const [one, other] = [storedText(held), storedText(sent)];
  return one === other || (isStateCode(one) !== isStateCode(other) && one !== '' && other !== '');
}

function isStateCode(text: string): boolean {
  return /^[\p{L}\p{N}]{1,3}$/u.test(text);
}

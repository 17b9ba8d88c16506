import type { Random } from '../random.ts';
import { type Country, countries } from './countries.ts';
import { mailDomains, notes, trades } from './sample-data.ts';

/** A random customer. Edge cases override individual fields. */
export interface Person {
  readonly country: Country;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly company: string;
  readonly phone: string;
  readonly notes: string;
  readonly taxExemptCategory: string;
  readonly groupId: number;
  readonly registrationIp: string;
  readonly storeCredit: number;
  readonly acceptsEmails: boolean;
  readonly forcePasswordReset: boolean;
  readonly originChannelId: number;
  readonly channelIds: readonly number[] | null;
  readonly segmentIds: readonly string[];
  readonly addressCount: number;
  readonly attributeCount: number;
}

export interface Address {
  readonly firstName: string;
  readonly lastName: string;
  readonly company: string;
  readonly address1: string;
  readonly address2: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly countryCode: string;
  readonly phone: string;
  readonly type: 'residential' | 'commercial';
}

const totalWeight = countries.reduce((sum, { weight }) => sum + weight, 0);

export function drawPerson(random: Random, id: number): Person {
  const country = drawCountry(random);
  const [firstName, firstLatin] = spellings(random.pick(country.given));
  const [lastName, lastLatin] = spellings(random.pick(country.family));
  const company = random.boolean(0.3) ? drawCompany(random, lastName) : '';
  const wholesale = company !== '' && random.boolean(0.5);
  return {
    country,
    firstName,
    lastName,
    company,
    email: drawEmail(random, { first: toAsciiLetters(firstLatin), last: toAsciiLetters(lastLatin), id }),
    phone: random.boolean(0.75) ? random.replaceSymbols(country.phone) : '',
    notes: random.boolean(0.25) ? random.pick(notes) : '',
    taxExemptCategory: wholesale && random.boolean(0.4) ? 'Reseller' : '',
    // 1 is the retail club, 2 wholesale, 3 staff. Most customers have no group.
    groupId: wholesale ? 2 : random.pick([0, 0, 0, 0, 1, 1, 3]),
    registrationIp: random.boolean(0.6) ? `203.0.113.${random.integer(1, 254)}` : '',
    storeCredit: random.boolean(0.2) ? random.pick([5, 10, 25, 59.99, 101, 12.5]) : 0,
    acceptsEmails: random.boolean(0.55),
    forcePasswordReset: random.boolean(0.05),
    originChannelId: random.boolean(0.85) ? 1 : 2,
    channelIds: random.boolean(0.8) ? null : random.pick([[1], [2], [1, 2]]),
    segmentIds: random.boolean(0.3) ? [random.uuid()] : [],
    addressCount: random.pick([0, 1, 1, 1, 1, 1, 2, 2, 3, 5]),
    attributeCount: random.pick([0, 0, 1, 2, 2, 3, 5]),
  };
}

export function drawAddress(random: Random, person: Person, position: number): Address {
  // Addresses after the first often belong to someone else: presents, the office, a relative abroad.
  const own = position === 0 || random.boolean(0.6);
  const country = own ? person.country : drawCountry(random);
  const [city, state, postalCode] = random.pick(country.cities);
  const commercial = person.company !== '' && random.boolean(0.6);
  return {
    firstName: own ? person.firstName : spellings(random.pick(country.given))[0],
    lastName: own || random.boolean(0.5) ? person.lastName : spellings(random.pick(country.family))[0],
    company: commercial ? person.company : '',
    // The house number increases with the position, so the addresses of a customer are distinct.
    address1: random.pick(country.streets).replace('{n}', String(position * 40 + random.integer(1, 40))),
    address2: random.boolean(0.15) ? random.replaceSymbols('Apt #@') : '',
    city,
    state,
    postalCode: random.replaceSymbols(postalCode),
    countryCode: country.code,
    phone: random.boolean(0.7) ? random.replaceSymbols(country.phone) : '',
    type: commercial ? 'commercial' : 'residential',
  };
}

function drawCountry(random: Random): Country {
  let rest = random.next() * totalWeight;
  for (const country of countries) {
    rest -= country.weight;
    if (rest < 0) return country;
  }
  return countries[0];
}

function drawCompany(random: Random, lastName: string): string {
  const trade = random.pick(trades);
  return random.pick([`${lastName} ${trade}`, `${lastName} & Co ${trade}`, `${trade} ${lastName}`]);
}

function drawEmail(
  random: Random,
  { first, last, id }: { readonly first: string; readonly last: string; readonly id: number },
): string {
  // Names contain no digits, so the id at the end of the local part makes it unique.
  const local = random.pick([`${first}.${last}${id}`, `${first}${id}`, `${first.charAt(0)}.${last}.${id}`]);
  return `${local}@${random.pick(mailDomains)}`;
}

function spellings(name: string): readonly [native: string, latin: string] {
  const [native = name, latin = native] = name.split('|');
  return [native, latin];
}

const lettersWithoutBase: Readonly<Record<string, string>> = {
  ß: 'ss',
  ł: 'l',
  Ł: 'l',
  ø: 'o',
  đ: 'd',
  ı: 'i',
};

function toAsciiLetters(name: string): string {
  return name
    .replaceAll(/[ßłŁøđı]/g, (letter) => lettersWithoutBase[letter] ?? '')
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '');
}

import type { Chance } from '../chance.ts';
import { type Country, countries } from './countries.ts';
import { mailDomains, notes, trades } from './phrases.ts';

/** A customer as the seed draws one. Everything that the store keeps beside the name is an overridable field. */
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

const allShares = countries.reduce((sum, { share }) => sum + share, 0);

export function drawPerson(chance: Chance, id: number): Person {
  const country = drawCountry(chance);
  const [firstName, firstLatin] = spellings(chance.pick(country.given));
  const [lastName, lastLatin] = spellings(chance.pick(country.family));
  const company = chance.happens(0.3) ? drawCompany(chance, lastName) : '';
  const wholesale = company !== '' && chance.happens(0.5);
  return {
    country,
    firstName,
    lastName,
    company,
    email: drawEmail(chance, { first: mailSafe(firstLatin), last: mailSafe(lastLatin), id }),
    phone: chance.happens(0.75) ? chance.fill(country.phone) : '',
    notes: chance.happens(0.25) ? chance.pick(notes) : '',
    taxExemptCategory: wholesale && chance.happens(0.4) ? 'Reseller' : '',
    // 1 is the retail club, 2 wholesale, 3 staff; most customers are in no group.
    groupId: wholesale ? 2 : chance.pick([0, 0, 0, 0, 1, 1, 3]),
    registrationIp: chance.happens(0.6) ? `203.0.113.${chance.between(1, 254)}` : '',
    storeCredit: chance.happens(0.2) ? chance.pick([5, 10, 25, 59.99, 101, 12.5]) : 0,
    acceptsEmails: chance.happens(0.55),
    forcePasswordReset: chance.happens(0.05),
    originChannelId: chance.happens(0.85) ? 1 : 2,
    channelIds: chance.happens(0.8) ? null : chance.pick([[1], [2], [1, 2]]),
    segmentIds: chance.happens(0.3) ? [chance.uuid()] : [],
    addressCount: chance.pick([0, 1, 1, 1, 1, 1, 2, 2, 3, 5]),
    attributeCount: chance.pick([0, 0, 1, 2, 2, 3, 5]),
  };
}

export function drawAddress(chance: Chance, person: Person, place: number): Address {
  // Later addresses are often somebody else's: presents, the office, a relative abroad.
  const own = place === 0 || chance.happens(0.6);
  const country = own ? person.country : drawCountry(chance);
  const [city, state, postalCode] = chance.pick(country.cities);
  const commercial = person.company !== '' && chance.happens(0.6);
  return {
    firstName: own ? person.firstName : spellings(chance.pick(country.given))[0],
    lastName: own || chance.happens(0.5) ? person.lastName : spellings(chance.pick(country.family))[0],
    company: commercial ? person.company : '',
    // The number grows with the place, so that no two addresses of one customer are the same.
    address1: chance.pick(country.streets).replace('{n}', String(place * 40 + chance.between(1, 40))),
    address2: chance.happens(0.15) ? chance.fill('Apt #@') : '',
    city,
    state,
    postalCode: chance.fill(postalCode),
    countryCode: country.code,
    phone: chance.happens(0.7) ? chance.fill(country.phone) : '',
    type: commercial ? 'commercial' : 'residential',
  };
}

function drawCountry(chance: Chance): Country {
  let rest = chance.number() * allShares;
  for (const country of countries) {
    rest -= country.share;
    if (rest < 0) return country;
  }
  return countries[0];
}

function drawCompany(chance: Chance, lastName: string): string {
  const trade = chance.pick(trades);
  return chance.pick([`${lastName} ${trade}`, `${lastName} & Co ${trade}`, `${trade} ${lastName}`]);
}

function drawEmail(
  chance: Chance,
  { first, last, id }: { readonly first: string; readonly last: string; readonly id: number },
): string {
  // No name holds a digit, so the id at the end of the local part keeps it unique at any size of the store.
  const local = chance.pick([`${first}.${last}${id}`, `${first}${id}`, `${first.charAt(0)}.${last}.${id}`]);
  return `${local}@${chance.pick(mailDomains)}`;
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

function mailSafe(name: string): string {
  return name
    .replaceAll(/[ßłŁøđı]/g, (letter) => lettersWithoutBase[letter] ?? '')
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '');
}

import type { Random } from '../random.ts';
import type { Store } from '../store.ts';
import { drawAddress, type Person } from './people.ts';

/** Inserts stored instruments of the three types. About a third of the customers have some; the first is the default. */
export function insertInstruments(store: Store, random: Random, person: Person, customerId: number): void {
  if (!random.boolean(0.35)) return;
  const count = random.pick([1, 1, 1, 2, 3]);
  for (let position = 0; position < count; position += 1) {
    const token = `${random.uuid()}${random.uuid()}`.replaceAll('-', '');
    const shared = { token, is_default: position === 0 };
    const instrument = random.pick([drawCard, drawCard, drawCard, drawPaypal, drawBankAccount])(
      random,
      person,
    );
    store.insert('stored_instruments', {
      customer_id: customerId,
      instrument: JSON.stringify({ ...instrument, ...shared }),
    });
  }
}

function drawCard(random: Random, person: Person) {
  const [brand, issuer] = random.pick([
    ['visa', '411111'],
    ['mastercard', '555555'],
    ['american_express', '378282'],
  ]);
  const address = drawAddress(random, person, 0);
  return {
    type: 'stored_card',
    brand,
    expiry_month: random.integer(1, 12),
    expiry_year: random.integer(2025, 2031),
    issuer_identification_number: issuer,
    last_4: random.replaceSymbols('####'),
    billing_address: {
      first_name: address.firstName,
      last_name: address.lastName,
      email: person.email,
      company: address.company,
      address1: address.address1,
      address2: address.address2,
      city: address.city,
      postal_code: address.postalCode,
      state_or_province: address.state,
      state_or_province_code: '',
      country_code: address.countryCode,
      phone: address.phone,
    },
  };
}

function drawPaypal(_chance: Random, person: Person) {
  return { type: 'stored_paypal_account', email: person.email };
}

function drawBankAccount(random: Random, _person: Person) {
  return {
    type: 'stored_bank_account',
    masked_account_number: random.replaceSymbols('********####'),
    issuer: random.pick(['Harbour Savings', 'Nordbank', 'Banque du Lac']),
  };
}

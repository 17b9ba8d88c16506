import type { Chance } from '../chance.ts';
import type { Store } from '../store.ts';
import { drawAddress, type Person } from './people.ts';

/** Ways to pay, of all three kinds. A third of the customers keep one or more; the first is the default. */
export function insertInstruments(store: Store, chance: Chance, person: Person, customerId: number): void {
  if (!chance.happens(0.35)) return;
  const count = chance.pick([1, 1, 1, 2, 3]);
  for (let place = 0; place < count; place += 1) {
    const token = `${chance.uuid()}${chance.uuid()}`.replaceAll('-', '');
    const shared = { token, is_default: place === 0 };
    const instrument = chance.pick([drawCard, drawCard, drawCard, drawPaypal, drawBankAccount])(
      chance,
      person,
    );
    store.insert('stored_instruments', {
      customer_id: customerId,
      instrument: JSON.stringify({ ...instrument, ...shared }),
    });
  }
}

function drawCard(chance: Chance, person: Person) {
  const [brand, issuer] = chance.pick([
    ['visa', '411111'],
    ['mastercard', '555555'],
    ['american_express', '378282'],
  ]);
  const address = drawAddress(chance, person, 0);
  return {
    type: 'stored_card',
    brand,
    expiry_month: chance.between(1, 12),
    expiry_year: chance.between(2025, 2031),
    issuer_identification_number: issuer,
    last_4: chance.fill('####'),
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

function drawPaypal(_chance: Chance, person: Person) {
  return { type: 'stored_paypal_account', email: person.email };
}

function drawBankAccount(chance: Chance, _person: Person) {
  return {
    type: 'stored_bank_account',
    masked_account_number: chance.fill('********####'),
    issuer: chance.pick(['Harbour Savings', 'Nordbank', 'Banque du Lac']),
  };
}

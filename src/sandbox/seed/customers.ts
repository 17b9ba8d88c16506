import { type Chance, createChance } from '../chance.ts';
import { sessionOf } from '../resources/forms.ts';
import type { Store } from '../store.ts';
import { awkward } from './awkward.ts';
import { insertMetafields } from './metafields.ts';
import { insertInstruments } from './payments.ts';
import { drawAddress, drawPerson, type Person } from './people.ts';
import { attributeChoices, attributeDefinitions, formFieldChoices, formFields } from './phrases.ts';
import { insertConsent } from './privacy.ts';
import { afterwards, createdAt } from './timeline.ts';

export interface SeedOptions {
  readonly customers: number;
  readonly seed: number;
  /** Told after every ten thousand customers, and at the end. */
  readonly progress: (done: number, customers: number) => void;
}

export function seedCustomers(store: Store, { customers, seed, progress }: SeedOptions): void {
  for (let id = 1; id <= customers; id += 1) {
    const chance = createChance(seed, id);
    const person: Person = { ...drawPerson(chance, id), ...awkward.get(id) };
    const created = createdAt(id, customers);
    insertCustomer(store, chance, person, created);
    for (let place = 0; place < person.addressCount; place += 1)
      insertAddress(store, chance, person, id, place);
    insertAttributeValues(store, chance, person, id, created);
    if (chance.happens(0.5)) insertFormFieldValues(store, chance, 'customer', id);
    insertConsent(store, chance, id);
    insertInstruments(store, chance, person, id);
    insertMetafields(store, chance, id, created);
    if (id % 10_000 === 0 || id === customers) progress(id, customers);
  }
}

function insertCustomer(store: Store, chance: Chance, person: Person, created: number): void {
  store.insert('customers', {
    email: person.email,
    first_name: person.firstName,
    last_name: person.lastName,
    company: person.company,
    phone: person.phone,
    notes: person.notes,
    tax_exempt_category: person.taxExemptCategory,
    customer_group_id: person.groupId,
    registration_ip_address: person.registrationIp,
    date_created: created,
    date_modified: afterwards(chance, created),
    force_password_reset: Number(person.forcePasswordReset),
    password: seededPassword,
    store_credit: person.storeCredit,
    accepts_emails: Number(person.acceptsEmails),
    origin_channel_id: person.originChannelId,
    channel_ids: person.channelIds === null ? null : JSON.stringify(person.channelIds),
    shopper_profile_id: chance.uuid(),
    segment_ids: JSON.stringify(person.segmentIds),
  });
}

/** Every seeded customer signs in with this one, so that a demonstration needs no list. */
const seededPassword = 'sandbox1';

function insertAddress(
  store: Store,
  chance: Chance,
  person: Person,
  customerId: number,
  place: number,
): void {
  const address = drawAddress(chance, person, place);
  const id = store.insert('addresses', {
    customer_id: customerId,
    first_name: address.firstName,
    last_name: address.lastName,
    company: address.company,
    address1: address.address1,
    address2: address.address2,
    city: address.city,
    state_or_province: address.state,
    postal_code: address.postalCode,
    country_code: address.countryCode,
    phone: address.phone,
    address_type: address.type,
  });
  if (chance.happens(0.3)) insertFormFieldValues(store, chance, 'address', id);
}

function insertAttributeValues(
  store: Store,
  chance: Chance,
  person: Person,
  id: number,
  created: number,
): void {
  // Neighbours start at different definitions, so that each definition has some values.
  const first = chance.between(0, attributeDefinitions.length - 1);
  for (let place = 0; place < person.attributeCount; place += 1) {
    const index = (first + place) % attributeDefinitions.length;
    const at = afterwards(chance, created);
    store.insert('attribute_values', {
      customer_id: id,
      attribute_id: index + 1,
      attribute_value: drawAttributeValue(chance, index),
      date_created: at,
      date_modified: afterwards(chance, at),
    });
  }
}

function drawAttributeValue(chance: Chance, index: number): string {
  const [name = '', type] = attributeDefinitions[index] ?? [];
  if (type === 'number') return String(chance.between(0, 60));
  if (type === 'date') return drawDate(chance, 1955, 2025);
  return chance.fill(chance.pick(attributeChoices[name] ?? ['']));
}

function insertFormFieldValues(store: Store, chance: Chance, kind: 'customer' | 'address', id: number): void {
  formFields.forEach(([owner, name, type], index) => {
    if (owner !== kind || !chance.happens(0.4)) return;
    store.insert('form_field_values', {
      session_id: sessionOf({ kind, id }),
      field_id: index + 1,
      value: JSON.stringify(drawFormFieldValue(chance, name, type)),
    });
  });
}

function drawFormFieldValue(chance: Chance, name: string, type: string): string | number | readonly string[] {
  const choices = formFieldChoices[name] ?? [''];
  if (type === 'numbers') return chance.between(0, 12);
  if (type === 'date') return drawDate(chance, 1990, 2026);
  if (type === 'checkboxes') return choices.filter(() => chance.happens(0.5));
  return chance.happens(0.1) ? '' : chance.pick(choices);
}

function drawDate(chance: Chance, firstYear: number, lastYear: number): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${chance.between(firstYear, lastYear)}-${pad(chance.between(1, 12))}-${pad(chance.between(1, 28))}`;
}

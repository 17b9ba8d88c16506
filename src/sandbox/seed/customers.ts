import { createRandom, type Random } from '../random.ts';
import { toSessionId } from '../resources/form-sessions.ts';
import type { Store } from '../store.ts';
import { edgeCases } from './edge-cases.ts';
import { insertInstruments } from './instruments.ts';
import { insertMetafields } from './metafields.ts';
import { drawAddress, drawPerson, type Person } from './people.ts';
import { insertConsent } from './privacy.ts';
import { attributeChoices, attributeDefinitions, formFieldChoices, formFields } from './sample-data.ts';
import { createdAt, randomLaterTime } from './timeline.ts';

export interface SeedOptions {
  readonly customers: number;
  readonly seed: number;
  /** Called after every 10,000 customers, and at the end. */
  readonly onProgress: (done: number, customers: number) => void;
}

export function seedCustomers(store: Store, { customers, seed, onProgress }: SeedOptions): void {
  for (let id = 1; id <= customers; id += 1) {
    const random = createRandom(seed, id);
    const person: Person = { ...drawPerson(random, id), ...edgeCases.get(id) };
    const created = createdAt(id, customers);
    insertCustomer(store, random, person, created);
    for (let position = 0; position < person.addressCount; position += 1)
      insertAddress(store, random, person, id, position);
    insertAttributeValues(store, random, person, id, created);
    if (random.boolean(0.5)) insertFormFieldValues(store, random, 'customer', id);
    insertConsent(store, random, id);
    insertInstruments(store, random, person, id);
    insertMetafields(store, random, id, created);
    if (id % 10_000 === 0 || id === customers) onProgress(id, customers);
  }
}

function insertCustomer(store: Store, random: Random, person: Person, created: number): void {
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
    date_modified: randomLaterTime(random, created),
    force_password_reset: Number(person.forcePasswordReset),
    password: seededPassword,
    store_credit: person.storeCredit,
    accepts_emails: Number(person.acceptsEmails),
    origin_channel_id: person.originChannelId,
    channel_ids: person.channelIds === null ? null : JSON.stringify(person.channelIds),
    shopper_profile_id: random.uuid(),
    segment_ids: JSON.stringify(person.segmentIds),
  });
}

/** The password of every seeded customer. */
const seededPassword = 'sandbox1';

function insertAddress(
  store: Store,
  random: Random,
  person: Person,
  customerId: number,
  position: number,
): void {
  const address = drawAddress(random, person, position);
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
  if (random.boolean(0.3)) insertFormFieldValues(store, random, 'address', id);
}

function insertAttributeValues(
  store: Store,
  random: Random,
  person: Person,
  id: number,
  created: number,
): void {
  // Customers start at different definitions, so every definition has values.
  const first = random.integer(0, attributeDefinitions.length - 1);
  for (let position = 0; position < person.attributeCount; position += 1) {
    const index = (first + position) % attributeDefinitions.length;
    const at = randomLaterTime(random, created);
    store.insert('attribute_values', {
      customer_id: id,
      attribute_id: index + 1,
      attribute_value: drawAttributeValue(random, index),
      date_created: at,
      date_modified: randomLaterTime(random, at),
    });
  }
}

function drawAttributeValue(random: Random, index: number): string {
  const [name = '', type] = attributeDefinitions[index] ?? [];
  if (type === 'number') return String(random.integer(0, 60));
  if (type === 'date') return drawDate(random, 1955, 2025);
  return random.replaceSymbols(random.pick(attributeChoices[name] ?? ['']));
}

function insertFormFieldValues(store: Store, random: Random, kind: 'customer' | 'address', id: number): void {
  formFields.forEach(([owner, name, type], index) => {
    if (owner !== kind || !random.boolean(0.4)) return;
    store.insert('form_field_values', {
      session_id: toSessionId({ kind, id }),
      field_id: index + 1,
      value: JSON.stringify(drawFormFieldValue(random, name, type)),
    });
  });
}

function drawFormFieldValue(random: Random, name: string, type: string): string | number | readonly string[] {
  const choices = formFieldChoices[name] ?? [''];
  if (type === 'numbers') return random.integer(0, 12);
  if (type === 'date') return drawDate(random, 1990, 2026);
  if (type === 'checkboxes') return choices.filter(() => random.boolean(0.5));
  return random.boolean(0.1) ? '' : random.pick(choices);
}

function drawDate(random: Random, firstYear: number, lastYear: number): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${random.integer(firstYear, lastYear)}-${pad(random.integer(1, 12))}-${pad(random.integer(1, 28))}`;
}

import { domainToASCII } from 'node:url';

// A store can change the spelling of what it is sent. Each function gives the store's spelling; applied twice, it changes
// nothing more.

/** Composed (NFC), without emoji, with single blanks, and with `&` as an entity. */
export function respellText(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/\p{Extended_Pictographic}/gu, '')
    .replaceAll(/[^\S\n]+/g, ' ')
    .trim()
    .replaceAll(/&(?!\w{1,12};)/g, '&amp;');
}

/** A state by its name, if it was sent as a code. A few codes are enough. */
export function respellState(state: string): string {
  return STATE_NAMES.get(state) ?? respellText(state);
}

const STATE_NAMES: ReadonlyMap<string, string> = new Map([
  ['CA', 'California'],
  ['NV', 'Nevada'],
  ['NY', 'New York'],
  ['TX', 'Texas'],
]);

/** Lower case, with the domain in ASCII. */
export function respellEmail(email: string): string {
  const [domain = '', ...local] = email.trim().toLowerCase().split('@').toReversed();
  return [...local.toReversed(), domainToASCII(domain) || domain].join('@');
}

function respellNamespace(namespace: string): string {
  return respellText(namespace).toLowerCase();
}

const BY_FIELD: ReadonlyMap<string, (text: string) => string> = new Map([
  ...[
    'first_name',
    'last_name',
    'company',
    'phone',
    'notes',
    'address1',
    'address2',
    'city',
    'postal_code',
  ].map((field) => [field, respellText] as const),
  ...['name', 'key', 'value', 'attribute_value', 'description'].map((field) => [field, respellText] as const),
  ['state_or_province', respellState],
  ['email', respellEmail],
  ['namespace', respellNamespace],
]);

/** The body of a write with the texts in it as the store spells them. */
export function respellBody(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(respellBody);
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([field, value]) => [
      field,
      typeof value === 'string' ? (BY_FIELD.get(field)?.(value) ?? value) : respellBody(value),
    ]),
  );
}

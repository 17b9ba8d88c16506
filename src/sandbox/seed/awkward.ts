import { countryOf } from './countries.ts';
import type { Person } from './people.ts';

/**
 * Customers that every store has, because clients go wrong on them. Nobody else has more than ten addresses (12, 19
 * and 33 do) or attributes (4, 15 and 26 do), so a test may count on these.
 */
export const awkward: ReadonlyMap<number, Partial<Person>> = new Map<number, Partial<Person>>([
  [3, { addressCount: 0 }],
  [4, { attributeCount: 12 }],
  [
    5,
    {
      country: countryOf('BR'),
      email: 'ana.reis+newsletter@example.com',
      firstName: 'Ana',
      lastName: 'Reis',
      phone: '+55 11 5555-0143',
      addressCount: 1,
    },
  ],
  [7, { addressCount: 10 }],
  [8, { company: 'Baker, Sons & Daughters', addressCount: 2 }],
  [9, { channelIds: null, segmentIds: [] }],
  [
    10,
    {
      company: '',
      phone: '',
      notes: '',
      taxExemptCategory: '',
      registrationIp: '',
      groupId: 0,
      attributeCount: 0,
      addressCount: 0,
    },
  ],
  [12, { addressCount: 11 }],
  [
    14,
    {
      country: countryOf('GB'),
      email: 'Siobhan.McKenna@Example.COM',
      firstName: 'Siobhán',
      lastName: 'McKenna',
    },
  ],
  [15, { attributeCount: 12 }],
  [16, { attributeCount: 10 }],
  [17, { channelIds: [1, 2], groupId: 2 }],
  [19, { addressCount: 12 }],
  [
    24,
    {
      firstName: 'Robert"); --',
      lastName: '<b>Tables</b>',
      company: '',
      notes: '{"json": "in a note"}\n\ttabs & <markup>',
    },
  ],
  [26, { attributeCount: 11 }],
  [33, { addressCount: 60, company: 'Warehouse Sixty' }],
]);

/** Customers who were created in the same second as the one before the first of them. */
export const sameSecond: ReadonlySet<number> = new Set([21, 22, 23]);

import { countryByCode } from './countries.ts';
import type { Person } from './people.ts';

/**
 * Edge cases in every store. Only customers 12, 19 and 33 have more than ten addresses, and only 4, 15 and 26 more
 * than ten attributes. Tests depend on this.
 */
export const edgeCases: ReadonlyMap<number, Partial<Person>> = new Map<number, Partial<Person>>([
  [3, { addressCount: 0 }],
  [4, { attributeCount: 12 }],
  [
    5,
    {
      country: countryByCode('BR'),
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
      country: countryByCode('GB'),
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

/** Customers created in the same second as customer 20. */
export const sameSecondIds: ReadonlySet<number> = new Set([21, 22, 23]);

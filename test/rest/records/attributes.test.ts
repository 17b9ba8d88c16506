import { expect, test } from 'vitest';
import { readAttributeValue } from '../../../src/rest/records/attributes.ts';

test.each([
  [{ attribute_value: 'blue' }, 'blue', []],
  [{ value: 'blue' }, 'blue', []],
  [{ attribute_value: 'blue', value: 'red' }, 'blue', []],
  [{ attribute_value: null, value: 'red' }, 'red', []],
  [{ attribute_value: '' }, '', []],
  [{}, '', ['attribute_value.attribute_value']],
])('reads the value of %o as %j', (fields, value, unexpected) => {
  const reported: string[] = [];
  const record = {
    id: 1,
    attribute_id: 2,
    customer_id: 3,
    date_created: null,
    date_modified: null,
    ...fields,
  };
  expect(readAttributeValue(record, (field) => reported.push(field)).value).toBe(value);
  expect(reported).toEqual(unexpected);
});

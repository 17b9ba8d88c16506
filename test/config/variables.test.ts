import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CONFIG_DOCS } from '../../scripts/write-config-docs.ts';
import { documentedVariables, VARIABLE_GROUPS } from '../../src/config/variables.ts';

test('every variable has a meaning and a known group', () => {
  expect(documentedVariables.filter(({ meaning }) => meaning === '')).toEqual([]);
  expect(new Set(documentedVariables.map(({ group }) => group))).toEqual(
    new Set(VARIABLE_GROUPS.map(({ id }) => id)),
  );
  expect(documentedVariables.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['HOST', 'PORT', 'BIGCOMMERCE_STORE_HASH', 'GATEWAY_AUTH', 'SANDBOX_QUOTA']),
  );
});

test.each(Object.entries(CONFIG_DOCS))('%s is generated from the table of variables', (path, text) => {
  expect(readFileSync(path, 'utf8')).toBe(text);
  for (const { name } of documentedVariables) expect(text).toContain(name);
});

import { GraphQLEnumType } from 'graphql';
import { expect, test, vi } from 'vitest';
import { startGatewayOnSandbox } from '../../support/gateway.ts';

const QUERY = 'query ($sort: CustomerSort!) { customers(sort: $sort) { totalCount } }';

test('the estimate does not compare an invalid value of an enum with its names', async () => {
  const parse = vi.spyOn(GraphQLEnumType.prototype, 'parseValue');
  const gateway = await startGatewayOnSandbox();
  try {
    const sort = 'x'.repeat(1_000);
    const { errors } = await gateway.executeText(QUERY, { sort });
    expect(errors?.map(({ message }) => message)).toEqual([
      'Variable "$sort" is invalid; The value does not exist in "CustomerSort" enum.',
    ]);
    const calls = parse.mock.calls.filter(([value]) => value === sort);
    // The estimate, then the execution, and the description of its error.
    expect(calls.map(([, hideSuggestions]) => hideSuggestions)).toEqual([true, undefined, undefined]);
  } finally {
    parse.mockRestore();
    await gateway.close();
  }
});

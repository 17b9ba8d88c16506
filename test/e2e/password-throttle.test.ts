import { expect, onTestFinished, test } from 'vitest';
import { startGatewayOnSandbox } from '../support/gateway.ts';

test('password checks of one customer are throttled after repeated failures, those of others are not', async () => {
  const gateway = await startGatewayOnSandbox({ customers: 20 });
  onTestFinished(() => gateway.close());
  const { data } = await gateway.executeText('{ customers(first: 2) { nodes { email } } }');
  const [ana, ben] = data.customers.nodes;
  const check = (email: string, password: string) =>
    gateway.executeText(
      'mutation ($input: ValidateCustomerCredentialsInput!) { validateCustomerCredentials(input: $input) { isValid } }',
      { input: { email, password } },
    );

  for (let i = 0; i < 6; i += 1) {
    expect((await check(ana.email, 'wrong')).data.validateCustomerCredentials).toEqual({ isValid: false });
  }
  gateway.calls();
  const refused = await check(ana.email, 'sandbox1');
  expect(refused.errors).toMatchObject([{ extensions: { code: 'TOO_MANY_ATTEMPTS' } }]);
  expect(gateway.calls()).toEqual([]);
  expect((await check(ben.email, 'sandbox1')).data.validateCustomerCredentials).toEqual({ isValid: true });
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createGateway } from '../support/gateway.ts';

test('stops reading a list that never ends at the maximum cost of an operation', async () => {
  let asked = 0;
  const store = createServer((_request, response) => {
    const data = Array.from({ length: 250 }, (_, i) => ({ id: asked * 250 + i + 1, email: 'x@example.com' }));
    asked += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ data }));
  });
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
  // A server on a TCP port has an AddressInfo.
  const { port } = store.address() as AddressInfo;
  const gateway = createGateway({ baseUrl: `http://127.0.0.1:${port}`, maxCalls: 30 });
  const { data, errors } = await gateway.executeText(
    '{ customer(by: { email: "x@example.com" }) { entityId } }',
  );
  expect(data).toEqual({ customer: null });
  expect(errors[0]?.extensions).toEqual({ code: 'OPERATION_TOO_EXPENSIVE', limit: 30 });
  expect(asked).toBe(30);
  await gateway.close();
  store.closeAllConnections();
  store.close();
});

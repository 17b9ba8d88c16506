import { type AuditResult, auditServer } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Listener, listen } from '../../src/server/listen.ts';
import { createGateway, type Gateway } from '../support/gateway.ts';
import { closedPort } from '../support/hostile-store.ts';

let gateway: Gateway;
let listener: Listener;
let results: readonly AuditResult[];
beforeAll(async () => {
  gateway = createGateway({ baseUrl: `http://127.0.0.1:${await closedPort()}` });
  listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 0 });
  results = await auditServer({ url: `${listener.url}/graphql` });
});
afterAll(() => listener.stop());

// The audits include optional behaviour. All of them pass, so no list of exceptions is needed.
test('passes every audit of the GraphQL over HTTP specification, including optional ones', () => {
  const missed = results.filter(({ status }) => status !== 'ok');
  expect(missed.map(({ id, name }) => `${id} ${name}`)).toEqual([]);
  expect(results.length).toBeGreaterThan(55);
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startTracing } from '../../../src/server/observability/trace-export.ts';
import { createGateway, startGatewayOnSandbox } from '../../support/gateway.ts';

const SAMPLE_ALL = { exporter: 'otlp', sampler: 'always_on', ratio: 1 } as const;
const QUERY = '{ customers(first: 1) { nodes { entityId } } }';

let collector: Server;
let received: { readonly path: string; readonly body: string }[];
let status: number;
beforeEach(async () => {
  received = [];
  status = 200;
  collector = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ path: request.url ?? '', body });
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"message":"not for the log"}');
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${port}`);
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment.name=staging');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  collector.closeAllConnections();
  await new Promise((resolve) => collector.close(resolve));
});

test('exports all pending spans before the gateway has closed', async () => {
  const tracing = startTracing({ ...SAMPLE_ALL, logger: pino({ level: 'silent' }) });
  const gateway = await startGatewayOnSandbox({}, { tracing });
  await gateway.executeText(QUERY);
  await gateway.close();
  expect(received.map(({ path }) => path)).toEqual(['/v1/traces']);
  const { resourceSpans } = JSON.parse(received[0]?.body ?? '');
  const spans = resourceSpans[0].scopeSpans[0].spans as readonly { readonly name: string }[];
  expect(spans.map(({ name }) => name).toSorted()).toEqual(['GET /customers', 'POST /graphql', 'query']);
  expect(resourceSpans[0].resource.attributes).toEqual(
    expect.arrayContaining([
      { key: 'service.name', value: { stringValue: 'graphql-for-bigcommerce-customers' } },
      { key: 'deployment.environment.name', value: { stringValue: 'staging' } },
    ]),
  );
});

test('logs a failed export without the response of the collector', async () => {
  status = 400;
  const log: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => log.push(line) });
  const gateway = createGateway({
    baseUrl: 'http://127.0.0.1:9/v3',
    tracing: startTracing({ ...SAMPLE_ALL, logger }),
  });
  await gateway.executeText(QUERY);
  await gateway.close();
  expect(log.map((line) => JSON.parse(line).msg)).toEqual(['traces could not be exported']);
  expect(log.join()).not.toContain('not for the log');
});

test.each([
  ['always_off', 1],
  ['traceidratio', 0],
  ['parentbased_always_off', 1],
  ['parentbased_traceidratio', 0],
] as const)('the sampler %s (%d) exports nothing', async (sampler, ratio) => {
  const tracing = startTracing({ exporter: 'otlp', sampler, ratio, logger: pino({ level: 'silent' }) });
  const gateway = createGateway({ baseUrl: 'http://127.0.0.1:9/v3', tracing });
  await gateway.executeText(QUERY);
  await gateway.close();
  expect(received).toEqual([]);
});

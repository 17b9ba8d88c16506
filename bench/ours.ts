import { pino } from 'pino';
import { createApp } from '../src/server/app.ts';
import { listen } from '../src/server/listen.ts';
import { serveCpuTime } from './server-process.ts';

const app = createApp({
  store: {
    baseUrl: process.argv[2] ?? '',
    accessToken: () => 'sandbox',
    timeoutMs: 10_000,
    maxBodyBytes: 32_000_000,
    connections: 64,
  },
  storeHash: 'sandbox',
  logger: pino({ level: 'silent' }),
  authenticator: null,
  graphiql: false,
  reportCost: false,
  maxCalls: 500,
  writes: { maxItems: 1_000, lateWriteMs: 15_000 },
  governor: { maxQueued: 2_000, retryRatio: 0.1 },
  deadlineMs: 30_000,
});
const { url } = await listen(app, { host: '127.0.0.1', port: 0, graceMs: 0 });
serveCpuTime(process, `${url}/graphql`);

import { pino } from 'pino';
import { createApp } from '../src/server/app.ts';
import { listen } from '../src/server/listen.ts';
import { reportTo } from './child.ts';

const app = createApp({
  store: {
    baseUrl: process.argv[2] ?? '',
    accessToken: 'sandbox',
    timeoutMs: 10_000,
    maxBodyBytes: 32_000_000,
    connections: 64,
  },
  logger: pino({ level: 'silent' }),
  authenticator: null,
  graphiql: false,
  alwaysReport: false,
  maxCalls: 500,
  writes: { maxItems: 1_000, settleMs: 15_000 },
  governor: { maxWaiting: 2_000, retryShare: 0.1 },
  deadlineMs: 30_000,
});
const { url } = await listen(app, { host: '127.0.0.1', port: 0, graceMs: 0 });
reportTo(process, `${url}/graphql`);

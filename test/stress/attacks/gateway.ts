import { setTimeout as delay } from 'node:timers/promises';
import { warmUpParser } from '../../../src/server/documents/warm-up.ts';
import { listen } from '../../../src/server/listen.ts';
import { configFrom, createGateway } from '../../support/gateway.ts';
import { startMonitor } from './monitor.ts';

// The gateway of one attack, in a process of its own: `gateway.ts STORE_URL`. It tells its URL, and on any message its readings.

const [, , storeUrl = ''] = process.argv;
const { guards } = configFrom({
  BIGCOMMERCE_STORE_HASH: 'abc123',
  BIGCOMMERCE_ACCESS_TOKEN: 'token',
  GATEWAY_AUTH: 'none',
  BATCHING: 'on',
});
const gateway = createGateway({ baseUrl: storeUrl, guards, logLevel: 'silent' });
warmUpParser();
const listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 0, stallMs: 2_000 });
let monitor = startMonitor();
process.on('message', async (message) => {
  if (message === 'start') {
    // The garbage of the start is not of the attack.
    await delay(50);
    await monitor.read();
    monitor = startMonitor();
    process.send?.('started');
  } else {
    process.send?.(await monitor.read());
  }
});
process.once('disconnect', () => process.exit());
process.send?.(listener.url);

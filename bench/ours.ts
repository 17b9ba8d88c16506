import { listen } from '../src/server/listen.ts';
import { createSilentGateway } from './gateway.ts';
import { serveMeasurements } from './server-process.ts';

const app = createSilentGateway({ url: process.argv[2] ?? '', token: 'sandbox' });
const { url } = await listen(app, { host: '127.0.0.1', port: 0, graceMs: 0 });
serveMeasurements(process, `${url}/graphql`);

import { expect, test } from 'vitest';
import { errorMessage } from '../../src/cli/fail.ts';
import { openingPort } from '../../src/cli/opening-port.ts';

const GATEWAY = { host: 'HOST', port: 'PORT' };
const OWN_SANDBOX = { host: null, port: 'SANDBOX_PORT' };

test.each([
  [GATEWAY, 'EADDRINUSE', 'listen', 'port 80 is in use: set PORT to another one'],
  [OWN_SANDBOX, 'EADDRINUSE', 'listen', 'port 80 is in use: set SANDBOX_PORT to another one'],
  [
    GATEWAY,
    'EACCES',
    'listen',
    'this user may not open port 80 (EACCES): set PORT to another one, above 1023',
  ],
  [GATEWAY, 'ENOTFOUND', 'getaddrinfo', 'HOST is not an address of this machine (ENOTFOUND)'],
  [GATEWAY, 'EADDRNOTAVAIL', 'listen', 'HOST is not an address of this machine (EADDRNOTAVAIL)'],
  [GATEWAY, 'EAFNOSUPPORT', 'listen', 'HOST is not an address of this machine (EAFNOSUPPORT)'],
  [
    OWN_SANDBOX,
    'EADDRNOTAVAIL',
    'listen',
    'the loopback address is not an address of this machine (EADDRNOTAVAIL)',
  ],
  // A connection to something else, and a file, are no fault of HOST.
  [GATEWAY, 'ECONNREFUSED', 'connect', 'could not start: it failed'],
  [GATEWAY, 'EACCES', 'open', 'could not start: it failed'],
])('a port (%j) that cannot be opened: %s of %s', async (settings, code, syscall, message) => {
  const error = Object.assign(new Error('it failed'), { code, syscall, port: 80 });
  const thrown = await openingPort(settings, () => Promise.reject(error)).catch((reason: unknown) => reason);
  expect(errorMessage(thrown, true)).toBe(message);
});

test('an error of something that is not a port names no setting', () => {
  const error = Object.assign(new Error('getaddrinfo ENOTFOUND redis.example.org'), { code: 'ENOTFOUND' });
  expect(errorMessage(error, true)).toBe('could not start: getaddrinfo ENOTFOUND redis.example.org');
});

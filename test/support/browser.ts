import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const COMMON_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The path of this machine's Chromium: CHROMIUM_PATH, or one of the common paths. Null if there is none. */
export function findChromium(): string | null {
  const { CHROMIUM_PATH } = process.env;
  return CHROMIUM_PATH || (COMMON_PATHS.find((path) => existsSync(path)) ?? null);
}

export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    // --no-sandbox lets it run as root; the others stop background requests to the vendor's hosts.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

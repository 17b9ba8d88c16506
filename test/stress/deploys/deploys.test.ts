import { expect, test } from 'vitest';
import { runDeploys } from './deploys.ts';
import { findNginx } from './nginx.ts';

const nginx = findNginx();
if (nginx === null) {
  const missing = 'no nginx found: install it (Debian: apt-get install nginx-light) or set NGINX_PATH';
  if (process.env.CI) throw new Error(missing);
  console.warn(`SKIPPED: deploys behind nginx (${missing})`);
}

test.skipIf(nginx === null).each(['in turn', 'successor'] as const)(
  'a deploy behind nginx loses no request: %s',
  { timeout: 120_000 },
  async (kind) => {
    const { requests, mutations, lost } = await runDeploys({
      nginx: nginx ?? '',
      kind,
      rounds: 1,
      requestsPerSecond: 60,
    });
    expect(lost).toEqual([]);
    expect(requests).toBeGreaterThan(0);
    expect(mutations).toBeGreaterThan(0);
  },
);

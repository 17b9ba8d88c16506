import { runDeploys } from './deploys.ts';
import { findNginx } from './nginx.ts';

// `npm run deploys -- [ROUNDS]`: restarts and replaces gateways behind nginx, 20 times by default, with 60 requests a second.
// Exits with 1 if a request is lost.

const rounds = Number(process.argv[2] ?? 20);
const nginx = findNginx();
if (nginx === null) {
  console.error('no nginx found: install it (Debian: apt-get install nginx-light) or set NGINX_PATH');
  process.exit(1);
}
for (const kind of ['in turn', 'successor'] as const) {
  const { requests, mutations, lost, errors } = await runDeploys({
    nginx,
    kind,
    rounds,
    requestsPerSecond: 60,
  });
  console.log(
    `${kind}, ${rounds} times: ${requests} requests, ${mutations} of them mutations, ${lost.length} lost`,
  );
  if (lost.length === 0) continue;
  for (const line of [...lost, ...errors].slice(0, 20)) console.log(`  ${line}`);
  process.exitCode = 1;
}

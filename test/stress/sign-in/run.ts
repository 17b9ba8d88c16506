import { measureSignInTimes } from './times.ts';

// `npm run sign-in-times`: tries 2,000 wrong passwords, half of them of accounts that exist, and prints how long the answers take.

const TRIES = 2_000;

const times = await measureSignInTimes(TRIES);
const columns = ['min', 'p10', 'p50', 'p90', 'p99', 'max'] as const;
console.log(['account', ...columns].map((title) => title.padStart(11)).join(''));
for (const { account, sorted } of times) {
  const shares = [0, 0.1, 0.5, 0.9, 0.99, 1];
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const cells = [account, ...shares.map((share) => `${at(share).toFixed(0)} ms`)];
  console.log(cells.map((cell) => cell.padStart(11)).join(''));
}
process.exit();

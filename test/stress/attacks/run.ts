import { ATTACKS } from './attacks.ts';
import { runAttack } from './run-attack.ts';

// `npm run attacks -- [TEXT]`: runs all attacks, or those whose name contains the text, and prints what they do to a gateway. Exits with
// 1 if one holds the event loop for longer than the goal, or stops the gateway.

/** Longest time for which a request may hold the event loop, in milliseconds. */
const GOAL_MS = 50;

const rows: Record<string, object> = {};
const [, , text = ''] = process.argv;
for (const attack of ATTACKS.filter(({ name }) => name.includes(text))) {
  console.error(`${attack.name} ...`);
  const { longestHoldMs, peakMb, isAlive } = await runAttack(attack);
  rows[attack.name] = {
    'longest hold ms': Math.round(longestHoldMs),
    'peak memory MB': Math.round(peakMb),
    alive: isAlive,
  };
  if (longestHoldMs > GOAL_MS || !isAlive) process.exitCode = 1;
}
console.table(rows);

import { overload, type Scenario } from './overload.ts';

// The long run of demand over the quota: `npm run overload`. Ends with 1 where a promise is broken.

const SCENARIOS: readonly Scenario[] = [
  { name: 'alone, fixed windows' },
  { name: 'alone, sliding windows', window: 'sliding' },
  { name: 'beside a foreign app that takes 30 %', foreign: 0.3 },
  { name: 'the same, sliding windows', foreign: 0.3, window: 'sliding' },
  { name: 'with headers on every other answer', halfSilent: true },
  { name: 'beside a foreign app that takes 70 % at once', burst: 0.7 },
  { name: 'nine callers in three lanes', callers: 9, lanes: ['interactive', 'standard', 'bulk'] },
  { name: 'interactive beside five times the quota of bulk', lanes: ['bulk'], times: 5, interactive: 0.2 },
];

const rows: Record<string, object> = {};
let broken = 0;
for (const scenario of SCENARIOS) {
  const { name } = scenario;
  console.error(`${name} ...`);
  const { refused, struck, usedPercent, waitP99Ms, leastServed } = await overload(scenario);
  const problems = [
    ...(refused > struck ? [`${refused} x 429`] : []),
    ...(scenario.interactive === undefined && scenario.burst === undefined && usedPercent < 95
      ? ['quota left lying']
      : []),
    ...(waitP99Ms !== null && waitP99Ms >= 50 ? ['interactive calls waited'] : []),
  ];
  broken += problems.length;
  rows[name] = {
    '429s': refused,
    'under way when struck': struck,
    'quota used %': Number(usedPercent.toFixed(1)),
    'interactive p99 ms': waitP99Ms === null ? null : Math.round(waitP99Ms),
    'least served lane': leastServed,
    broken: problems.join(', '),
  };
}
console.table(rows);
process.exitCode = broken > 0 ? 1 : 0;

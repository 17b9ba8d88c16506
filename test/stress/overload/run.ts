import { overload, type Scenario } from './overload.ts';

// `npm run overload -- [TEXT]`: runs with more demand than quota, all or those whose name contains the text. Exits with 1 if a
// limit is exceeded.

const SCENARIOS: readonly Scenario[] = [
  { name: 'alone, fixed windows' },
  { name: 'alone, sliding windows', window: 'sliding' },
  { name: 'with another app that uses 30 %', otherAppShare: 0.3 },
  { name: 'the same, sliding windows', otherAppShare: 0.3, window: 'sliding' },
  { name: 'with headers on every other response', omitsHalfOfHeaders: true },
  { name: 'with another app that uses 70 % at once', otherAppBurst: 0.7 },
  { name: 'nine callers in three lanes', callers: 9, lanes: ['interactive', 'standard', 'bulk'] },
  {
    name: 'interactive calls with five times the quota in bulk calls',
    lanes: ['bulk'],
    demand: 5,
    interactive: 0.2,
  },
];

const rows: Record<string, object> = {};
let failures = 0;
const [, , text = ''] = process.argv;
for (const scenario of SCENARIOS.filter((each) => each.name.includes(text))) {
  const { name } = scenario;
  console.error(`${name} ...`);
  const { rateLimited, inFlightAtBursts, usedPercent, waitP99Ms, leastServed } = await overload(scenario);
  const problems = [
    ...(rateLimited > inFlightAtBursts ? [`${rateLimited} x 429`] : []),
    ...(scenario.interactive === undefined && scenario.otherAppBurst === undefined && usedPercent < 95
      ? ['quota unused']
      : []),
    ...(waitP99Ms !== null && waitP99Ms >= 50 ? ['interactive calls waited'] : []),
  ];
  failures += problems.length;
  rows[name] = {
    '429s': rateLimited,
    'in flight at bursts': inFlightAtBursts,
    'quota used %': Number(usedPercent.toFixed(1)),
    'interactive p99 ms': waitP99Ms === null ? null : Math.round(waitP99Ms),
    'least served lane': leastServed,
    problems: problems.join(', '),
  };
}
console.table(rows);
process.exitCode = failures > 0 ? 1 : 0;

import { importWithKills } from './kills.ts';

// `npm run import-kills -- [ROWS] [KILLS]`: imports 10,000 rows at a sandbox with the default quota, with three kills, and
// compares the store with the file. Exits with 1 if something is doubled, lost or rejected for another reason, or on a 429.

const rows = Number(process.argv[2] ?? 10_000);
const kills = Number(process.argv[3] ?? 3);
const report = await importWithKills({
  rows,
  kills,
  customers: 1_000,
  onProgress: (text) => console.log(text),
});
const { problems: _problems, ...outcome } = report.outcome;
console.log(
  `${rows} rows in ${report.seconds.toFixed(0)} s: ${report.reads} reads, ${report.writes} writes, ${report.tooMany} times 429`,
);
console.log(JSON.stringify(outcome));
console.log(`${report.differences.length} differences, ${report.wrongRejects.length} wrong rejects`);
for (const line of [...report.differences, ...report.wrongRejects].slice(0, 20)) console.log(`  ${line}`);
const isRight =
  report.differences.length + report.wrongRejects.length + report.tooMany === 0 && outcome.left === 0;
process.exitCode = isRight ? 0 : 1;

import { parseArgs } from 'node:util';
import { countCalls } from './counts.ts';
import { changeOf, figuresOf, readFigures, saveFigures } from './figures.ts';
import { importTwice } from './import.ts';
import { runLoad } from './load.ts';
import { PHASES } from './phases.ts';
import { storefrontDay } from './storefront-day.ts';

const HELP = `Usage: npm run bench -- [--seconds N] [--requests N] [--save]

Counts the REST calls of the operations in ${'`'}operations.ts${'`'}, next to the minimum and to the calls of a naive gateway with
one resolver per field. Imports 1,000 customers twice at a store with the default quota, and counts calls and seconds.
Sends a day of a storefront of N requests (default 60000; 0 skips this), with and without the cache.
Then loads the gateway (${'`'}ours.ts${'`'}) and a hand-written server (${'`'}by-hand.ts${'`'}) alternately, with an upstream that
responds from memory, for N seconds in total (default 60; 0 skips this). All traffic is on loopback. Last it prints the
CPU time of each phase as a ratio to all CPU time of the hand-written server, and what differs by more than 25 % from the
figures of ${'`'}bench/figures.json${'`'}. --save replaces those.

The throughput ratio depends on the load of the machine; the CPU ratio hardly does.`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    save: { type: 'boolean', default: false },
    requests: { type: 'string', default: '60000' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const seconds = Number(values.seconds);
const requests = Number(values.requests);

if (values.help) console.log(HELP);
else if (![seconds, requests].every((value) => Number.isFinite(value) && value >= 0)) {
  console.error(HELP);
  process.exitCode = 1;
} else await run();

async function run(): Promise<void> {
  const counts = await countCalls();
  console.log('REST calls per execution\n');
  printTable(
    ['operation', 'ours', 'least', 'naive', 'why not fewer'],
    counts.map(({ name, ours, minimum, naive, reason }) => [name, ours, minimum, naive, reason]),
  );
  console.log('\nImport of 1,000 customers; the third time without a look-up\n');
  printTable(
    ['run', 'step', 'calls', 'least', 'seconds', 'outcomes'],
    (await importTwice()).map(({ run, step, calls, least, seconds: took, outcomes }) => [
      run,
      step,
      calls,
      least,
      took,
      outcomes,
    ]),
  );
  if (requests > 0) {
    console.log('\nA day of a storefront with 1,000 shoppers, 5 % writes, webhooks on\n');
    const days = [await storefrontDay(requests, 'off'), await storefrontDay(requests, 'on')];
    printTable(
      ['cache', 'requests', 'read calls', 'hits %', 'p50 ms', 'p99 ms'],
      days.map(({ cache, requests: all, readCalls, hitPercent, p50Ms, p99Ms }) => [
        cache,
        all,
        readCalls,
        hitPercent,
        p50Ms,
        p99Ms,
      ]),
    );
  }
  if (seconds === 0) return;
  console.log(`\nThroughput with an upstream that responds from memory, ${seconds} s in total\n`);
  const loads = await runLoad(seconds);
  printTable(
    ['operation', 'ours/s', 'by hand/s', 'ratio', 'ours, µs CPU', 'by hand, µs CPU', 'CPU ratio'],
    loads.map(({ operation, ours, byHand, oursMicros, byHandMicros }) => [
      operation,
      Math.round(ours),
      Math.round(byHand),
      (ours / byHand).toFixed(3),
      Math.round(oursMicros),
      Math.round(byHandMicros),
      (oursMicros / byHandMicros).toFixed(1),
    ]),
  );
  const older = readFigures();
  const figures = loads.map((load) => [load.operation, figuresOf(load)] as const);
  console.log('\nCPU time by phase, as a ratio to all CPU time of the hand-written server\n');
  printTable(
    ['operation', 'all', ...PHASES, 'changed by'],
    figures.map(([operation, figure]) => [
      operation,
      figure.all.toFixed(2),
      ...PHASES.map((phase) => figure[phase].toFixed(2)),
      changeOf(figure.all, older[operation]?.all),
    ]),
  );
  if (values.save) saveFigures(Object.fromEntries(figures));
}

function printTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const isNumber = (column: number) => rows.every((row) => /^[\d.]+$/.test(String(row[column])));
  for (const row of cells) {
    const line = row.map((cell, column) =>
      isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    );
    console.log(line.join('  ').trimEnd());
  }
}

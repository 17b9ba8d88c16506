import { parseArgs } from 'node:util';
import { countCalls } from './counts.ts';
import { importTwice } from './import.ts';
import { runLoad } from './load.ts';

const HELP = `Usage: npm run bench -- [--seconds N]

Counts the REST calls of the operations in ${'`'}operations.ts${'`'}, next to the minimum and to the calls of a naive gateway with
one resolver per field. Imports 1,000 customers twice at a store with the default quota, and counts calls and seconds.
Then loads the gateway (${'`'}ours.ts${'`'}) and a hand-written server (${'`'}by-hand.ts${'`'}) alternately, with an upstream that
responds from memory, for N seconds in total (default 40; 0 skips this). All traffic is on loopback.

The throughput ratio depends on the load of the machine; the CPU ratio hardly does.`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '40' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const seconds = Number(values.seconds);

if (values.help) console.log(HELP);
else if (!Number.isFinite(seconds) || seconds < 0) {
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

#!/usr/bin/env node
// Nothing is imported statically: an older Node could not load the other files, and would print a stack instead.
const REQUIRED_NODE = 24;

if (Number.parseInt(process.versions.node, 10) < REQUIRED_NODE) {
  console.error(`Node ${REQUIRED_NODE} or later is required, this is ${process.versions.node}`);
  process.exitCode = 1;
} else {
  const { runProgram } = await import('./cli/program.ts');
  await runProgram(process.argv.slice(2));
}

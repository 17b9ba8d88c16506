import { runCommand } from '../../../src/cli/program.ts';

/** Runs the program with the words of a line as its arguments. */
export function runLine(line: string) {
  return runArgs(line.split(' '));
}

/** Runs the program. Returns the lines that it wrote, and its exit code. */
export async function runArgs(args: readonly string[]) {
  let [out, err] = ['', ''];
  const exitCode = await runCommand(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { output: linesOf(out), messages: linesOf(err), exitCode };
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

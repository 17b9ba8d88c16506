import { runCommand } from '../../../src/cli/program.ts';

/** Runs the program with the words of a line as its arguments. Returns the lines that it wrote, and its exit code. */
export async function runLine(line: string) {
  let [out, err] = ['', ''];
  const exitCode = await runCommand(line.split(' '), {
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

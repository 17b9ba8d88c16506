import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** The program itself in a process of its own, on a free port. */
export interface GatewayProcess {
  /** Base URL, without a path. */
  readonly url: string;
  readonly child: ChildProcess;
  /** What it has written to standard output and standard error. */
  output(): string;
  /** What it has written to standard error. */
  errors(): string;
  /** Sends SIGTERM, waits for the end of the process, and returns its exit code. */
  stop(): Promise<number | null>;
}

export interface ProgramOptions {
  /** The command and its arguments. The default runs the sources. */
  readonly command?: readonly [string, ...string[]];
  /** The working directory. The default is that of the tests. */
  readonly cwd?: string;
}

/** Starts the program with these variables alone. Rejects if it ends before it listens. */
export async function startGatewayProcess(
  variables: Readonly<Record<string, string>>,
  { command = [process.execPath, 'src/main.ts'], cwd }: ProgramOptions = {},
): Promise<GatewayProcess> {
  const env = { PATH: process.env.PATH, PORT: '0', SANDBOX_PORT: '0', ...variables };
  const [file, ...args] = command;
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'], ...(cwd && { cwd }) });
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const ended = once(child, 'close').finally(() => process.off('exit', killWithUs));
  let output = '';
  let errors = '';
  const url = await new Promise<string>((resolve, reject) => {
    function hear(text: string): void {
      output += text;
      const [, address] = /"url":"(http:[^"]+)\/graphql"/.exec(output) ?? [];
      if (address !== undefined) resolve(address);
    }
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
      hear(text);
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`the gateway ended: ${output}`)));
  });
  return {
    url,
    child,
    output: () => output,
    errors: () => errors,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      return child.exitCode;
    },
  };
}

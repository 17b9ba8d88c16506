import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** The program itself in a process of its own, on a free port. */
export interface GatewayProcess {
  /** Base URL, without a path. */
  readonly url: string;
  readonly child: ChildProcess;
  /** What it has written to standard output and standard error. */
  output(): string;
  /** Sends SIGTERM and waits for the end of the process. */
  stop(): Promise<void>;
}

/** Starts the program with these variables alone. Rejects if it ends before it listens. */
export async function startGatewayProcess(
  variables: Readonly<Record<string, string>>,
): Promise<GatewayProcess> {
  const env = { PATH: process.env.PATH, PORT: '0', SANDBOX_PORT: '0', ...variables };
  const child = spawn(process.execPath, ['src/main.ts'], { env });
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const ended = once(child, 'close').finally(() => process.off('exit', killWithUs));
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    function hear(text: string): void {
      output += text;
      const [, address] = /"url":"(http:[^"]+)\/graphql"/.exec(output) ?? [];
      if (address !== undefined) resolve(address);
    }
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.once('close', () => reject(new Error(`the gateway ended: ${output}`)));
  });
  return {
    url,
    child,
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

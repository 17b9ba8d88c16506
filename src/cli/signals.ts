import type { Config } from '../config/index.ts';
import { fail } from './fail.ts';

const PARENT = process.ppid;

/** Runs `stop` once with the reason, on SIGTERM or SIGINT or when npm ends, and exits. A second signal ends the process immediately. */
export function onStop(
  { startedByNpm }: Pick<Config, 'startedByNpm'>,
  stop: (reason: string) => Promise<void>,
): void {
  let isStopping = false;
  function begin(reason: string): void {
    if (isStopping) return;
    isStopping = true;
    stop(reason).then(
      () => process.exit(0),
      (error: unknown) => fail([`could not stop cleanly: ${String(error)}`]),
    );
  }

  // `once`: after the first signal the default handler is back.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => begin(signal));
  if (!startedByNpm) return;
  // npm's shell forwards no signal. When the shell ends, this process gets another parent.
  setInterval(() => process.ppid !== PARENT && begin('npm ended'), 250).unref();
}

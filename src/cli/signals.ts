import type { Config } from '../config/index.ts';
import { fail } from './fail.ts';

const PARENT = process.ppid;

/** Runs `stop` once, on SIGTERM or SIGINT or when npm ends, and exits. A second signal ends the process immediately. */
export function onStop({ startedByNpm }: Pick<Config, 'startedByNpm'>, stop: () => Promise<void>): void {
  let isStopping = false;
  function begin(): void {
    if (isStopping) return;
    isStopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => fail([`could not stop cleanly: ${String(error)}`]),
    );
  }

  // `once`: after the first signal the default handler is back.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, begin);
  if (!startedByNpm) return;
  // npm's shell forwards no signal. When the shell ends, this process gets another parent.
  setInterval(() => process.ppid !== PARENT && begin(), 250).unref();
}

import type { Config } from '../config/index.ts';
import { fail } from './fail.ts';

const PARENT = process.ppid;

/** Runs `stop` once with the reason, on SIGTERM or SIGINT or when npm ends, and exits. A second signal ends the process immediately. */
export function onStop(
  { startedByNpm }: Pick<Config, 'startedByNpm'>,
  stop: (reason: string) => Promise<void>,
): void {
  onStopRequest(startedByNpm, (reason) => {
    stop(reason).then(
      () => process.exit(0),
      (error: unknown) => fail([`could not stop cleanly: ${String(error)}`]),
    );
  });
}

/**
 * Calls `stop` once with the reason, on SIGTERM or SIGINT or when npm ends. A second signal ends the process immediately.
 *
 * @returns ends the listening
 */
export function onStopRequest(startedByNpm: boolean, stop: (reason: string) => void): () => void {
  let isStopping = false;
  function begin(reason: string): void {
    if (isStopping) return;
    isStopping = true;
    stop(reason);
  }

  // `once`: after the first signal the default handler is back.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, begin);
  // npm's shell forwards no signal. When the shell ends, this process gets another parent.
  const watch = startedByNpm ? setInterval(() => process.ppid !== PARENT && begin('npm ended'), 250) : null;
  watch?.unref();
  return () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, begin);
    if (watch !== null) clearInterval(watch);
  };
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A server in a process of its own, so that its time on the processor can be told from everyone else's. */
export interface Child {
  readonly url: string;
  /** Microseconds on the processor since it was started. */
  cpuMicros(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts one of this folder's servers. */
export async function startChild(file: string, upstreamUrl = ''): Promise<Child> {
  const child = fork(new URL(file, import.meta.url), [upstreamUrl], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const url = await answer<string>(child);
  return {
    url,
    async cpuMicros() {
      child.send('usage');
      return answer<number>(child);
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}

async function answer<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T];
  return message;
}

/** Tells the parent where this process listens, and whenever it asks, its time on the processor. */
export function reportTo(parent: NodeJS.Process, url: string): void {
  parent.on('message', () => {
    const { user, system } = process.cpuUsage();
    parent.send?.(user + system);
  });
  parent.send?.(url);
}

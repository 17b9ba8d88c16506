import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A server in its own process, so its CPU time can be measured. */
export interface Child {
  readonly url: string;
  /** CPU time since the start, in microseconds. */
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

/** Sends the URL of this process to its parent, and its CPU time on each message from it. */
export function reportTo(parent: NodeJS.Process, url: string): void {
  parent.on('message', () => {
    const { user, system } = process.cpuUsage();
    parent.send?.(user + system);
  });
  parent.send?.(url);
}

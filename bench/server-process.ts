import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A server in its own process, so its CPU time can be measured. */
export interface ServerProcess {
  readonly url: string;
  /** CPU time since the start, in microseconds. */
  cpuTimeMicros(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts one of this folder's servers. */
export async function startServer(file: string, upstreamUrl = ''): Promise<ServerProcess> {
  const child = fork(new URL(file, import.meta.url), [upstreamUrl], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const url = await nextMessage<string>(child);
  return {
    url,
    async cpuTimeMicros() {
      child.send('usage');
      return nextMessage<number>(child);
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}

async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T];
  return message;
}

/** Sends the URL of this process to its parent, and its CPU time on each message from it. */
export function serveCpuTime(parent: NodeJS.Process, url: string): void {
  parent.on('message', () => {
    const { user, system } = process.cpuUsage();
    parent.send?.(user + system);
  });
  parent.send?.(url);
}

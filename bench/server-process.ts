import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createProfiler, type PhaseTimes } from './phases.ts';

/** A server in its own process, so its CPU time can be measured. */
export interface ServerProcess {
  readonly url: string;
  /** CPU time since the start, in microseconds. */
  cpuTimeMicros(): Promise<number>;
  startProfile(): Promise<void>;
  stopProfile(): Promise<PhaseTimes>;
  stop(): Promise<void>;
}

type Request = 'usage' | 'start profile' | 'stop profile';

/** Starts one of this folder's servers. */
export async function startServer(file: string, upstreamUrl = ''): Promise<ServerProcess> {
  const child = fork(new URL(file, import.meta.url), [upstreamUrl], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const url = await nextMessage<string>(child);

  function ask<T>(request: Request): Promise<T> {
    child.send(request);
    return nextMessage<T>(child);
  }

  return {
    url,
    cpuTimeMicros: () => ask('usage'),
    startProfile: () => ask('start profile'),
    stopProfile: () => ask('stop profile'),
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

/** Sends the URL of this process to its parent, and then what the parent asks for. */
export function serveMeasurements(parent: NodeJS.Process, url: string): void {
  const profiler = createProfiler();
  const answers: Readonly<Record<Request, () => Promise<unknown>>> = {
    usage: async () => {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
    'start profile': async () => {
      await profiler.start();
      return null;
    },
    'stop profile': profiler.stop,
  };
  parent.on('message', (request: Request) => {
    void answers[request]().then((answer) => parent.send?.(answer));
  });
  parent.send?.(url);
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { startSandbox } from '../../../src/sandbox/index.ts';
import { respondJson, startHostileStore } from '../../support/hostile-store.ts';
import { jsonPost } from '../../support/post.ts';
import type { Attack } from './attacks.ts';
import type { Readings } from './monitor.ts';

export interface AttackReport extends Readings {
  /** Whether the gateway answers an ordinary request afterwards. */
  readonly isAlive: boolean;
}

/** Runs an attack on a new gateway in a process of its own, with its own store. All of it is on the loopback interface. */
export async function runAttack(attack: Attack): Promise<AttackReport> {
  const store = await startStore(attack);
  const child = fork(new URL('gateway.ts', import.meta.url), [store.url]);
  try {
    const url = String(await messageOf(child));
    // Code that every gateway has run soon after its start.
    for (let i = 0; i < 20; i += 1) await answers(url);
    child.send('start');
    await messageOf(child);
    await attack.run(url);
    const isAlive = await answers(url);
    child.send('read');
    return { ...((await messageOf(child)) as Readings), isAlive };
  } finally {
    child.kill();
    await store.close();
  }
}

async function startStore({ store }: Attack): Promise<{ readonly url: string; close(): Promise<void> }> {
  if (store !== 'rejecting') return startSandbox({ quota: 0, customers: 500, token: 'sandbox' });
  const title = '"x@example.org" '.repeat(5_000);
  return startHostileStore({}, respondJson({ title, status: 422 }, 422));
}

async function messageOf(child: ChildProcess): Promise<unknown> {
  const [message] = await once(child, 'message');
  return message;
}

async function answers(url: string): Promise<boolean> {
  const query = '{ __typename customers(first: 1) { nodes { email } } }';
  const response = await fetch(`${url}/graphql`, jsonPost({ query }));
  return (await response.text()).includes('"__typename":"Query"');
}

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { createGateway, type Gateway } from '../support/gateway.ts';
import { drive } from './drive.ts';
import { look } from './judge.ts';
import { kinds } from './kinds.ts';
import { contentsOf, openStore } from './storm.ts';
import { createWorld, type Item, type Kind, type World } from './world.ts';

let sandbox: Sandbox;
let gateway: Gateway;
let world: World;
beforeAll(async () => {
  sandbox = await openStore({ customers: 60, seed: 3 });
  gateway = createGateway({ baseUrl: sandbox.url, maxCalls: 10_000 });
  world = createWorld({ seed: 3, callers: 1, ...(await contentsOf(sandbox)) });
});
afterAll(async () => {
  await gateway.close();
  await sandbox.close();
});

// There is only one settings record, so a read cannot show which item wrote it.
const lists = kinds.filter(({ list }) => list !== null);
// Creates come before the writes that need their records, and deletes of dependent records before those of their owners.
const [writes, deletes] = [false, true].map((isDelete) =>
  lists.filter(({ outcome }) => (outcome === 'DELETED') === isDelete),
);

test.each([...(writes ?? []), ...(deletes ?? []).toReversed()].map((kind) => [kind.mutation, kind] as const))(
  'a later read shows whether %s was done',
  async (_name, kind) => {
    const items: Item[] = [];
    const watched: Kind = {
      ...kind,
      make(...given) {
        const item = kind.make(...given);
        if (item) items.push(item);
        return item;
      },
    };
    const probes = () =>
      Promise.all(
        items.map(({ nature, probe }) => (nature === 'possible' && probe ? look(gateway, probe) : null)),
      );
    const answers = (isDone: boolean) =>
      items.map(({ nature, probe }) => (nature === 'possible' && probe ? { isDone } : null));

    await drive({
      world,
      kinds: [watched],
      goesOn: (submitted) => submitted < 20,
      async ask(query, variables) {
        expect(await probes()).toEqual(answers(false));
        const { data, errors } = await gateway.askText(query, variables);
        expect(errors).toEqual([]);
        expect(await probes()).toEqual(answers(true));
        items.length = 0;
        return data;
      },
    });
  },
);

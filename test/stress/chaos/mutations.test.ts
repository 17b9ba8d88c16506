import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import { createGateway, type Gateway } from '../../support/gateway.ts';
import { openStore, readContents } from './chaos.ts';
import { mutations } from './mutations.ts';
import {
  createSimulation,
  type MutationGenerator,
  type SimulationState,
  type WriteItem,
} from './simulation.ts';
import { submitWrites } from './submit.ts';
import { runProbe } from './verify.ts';

let sandbox: Sandbox;
let gateway: Gateway;
let world: SimulationState;
beforeAll(async () => {
  sandbox = await openStore({ customers: 60, seed: 3 });
  gateway = createGateway({ baseUrl: sandbox.url, maxCalls: 10_000 });
  world = createSimulation({ seed: 3, callers: 1, ...(await readContents(sandbox)) });
});
afterAll(async () => {
  await gateway.close();
  await sandbox.close();
});

// There is only one settings record, so a read cannot show which item wrote it.
const lists = mutations.filter(({ list }) => list !== null);
// Creates come before the writes that need their records, and deletes of dependent records before those of their owners.
const [writes, deletes] = [false, true].map((isDelete) =>
  lists.filter(({ outcome }) => (outcome === 'DELETED') === isDelete),
);

test.each([...(writes ?? []), ...(deletes ?? []).toReversed()].map((kind) => [kind.mutation, kind] as const))(
  'a later read shows whether %s was done',
  async (_name, kind) => {
    const items: WriteItem[] = [];
    const watched: MutationGenerator = {
      ...kind,
      generate(...given) {
        const item = kind.generate(...given);
        if (item) items.push(item);
        return item;
      },
    };
    const probes = () =>
      Promise.all(
        items.map(({ expectation, probe }) =>
          expectation === 'possible' && probe ? runProbe(gateway, probe) : null,
        ),
      );
    const answers = (isDone: boolean) =>
      items.map(({ expectation, probe }) => (expectation === 'possible' && probe ? { isDone } : null));

    await submitWrites({
      world,
      mutations: [watched],
      shouldContinue: (submitted) => submitted < 20,
      async execute(query, variables) {
        expect(await probes()).toEqual(answers(false));
        const { data, errors } = await gateway.executeText(query, variables);
        expect(errors).toEqual([]);
        expect(await probes()).toEqual(answers(true));
        items.length = 0;
        return data;
      },
    });
  },
);

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import { shopper } from '../../support/callers.ts';
import { createGateway, type Gateway } from '../../support/gateway.ts';
import { openStore, readContents } from './chaos.ts';
import { mutations } from './mutations.ts';
import {
  type AnyMutationGenerator,
  createSimulation,
  type SimulatedCaller,
  type SimulationState,
  type WriteItem,
} from './simulation.ts';
import { submitWrites } from './submit.ts';
import { runProbe } from './verify.ts';
import { viewerMutations } from './viewer-mutations.ts';

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
const lists = [...mutations, ...viewerMutations].filter(
  ({ record, list }) => list !== null || record !== 'settings',
);
// Creates come before the writes that need their records, and deletes of dependent records before those of their owners.
const [writes, deletes] = [false, true].map((isDelete) =>
  lists.filter(({ outcome }) => (outcome === 'DELETED') === isDelete),
);

test.each([...(writes ?? []), ...(deletes ?? []).toReversed()].map((kind) => [kind.mutation, kind] as const))(
  'a later read shows whether %s was done',
  async (_name, kind) => {
    const items: WriteItem[] = [];
    const watch = (item: WriteItem | null) => {
      if (item) items.push(item);
      return item;
    };
    const watched: AnyMutationGenerator =
      'pickShopper' in kind
        ? { ...kind, generate: (state, caller, id) => watch(kind.generate(state, caller, id)) }
        : {
            ...kind,
            generate: (state: SimulationState, caller: SimulatedCaller) =>
              watch(kind.generate(state, caller)),
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
      async execute(query, variables, customerId) {
        expect(await probes()).toEqual(answers(false));
        const client = customerId === null ? gateway : gateway.as(shopper(customerId));
        const { data, errors } = await client.executeText(query, variables);
        expect(errors).toEqual([]);
        expect(await probes()).toEqual(answers(true));
        items.length = 0;
        return data;
      },
    });
  },
);

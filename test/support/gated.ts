import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';
import { type Gate, type GateOptions, startGate } from './gate.ts';
import { createGateway, type Gateway } from './gateway.ts';

export interface GatedGateway extends Gateway {
  readonly sandbox: Sandbox;
  readonly gate: Gate;
}

export interface GatedOptions extends Omit<GateOptions, 'store'> {
  readonly sandbox?: SandboxOptions;
  readonly accessToken?: string;
}

/** A gateway with its own sandbox store, without a quota, and a proxy between the two. */
export async function startGatedGateway(options: GatedOptions = {}): Promise<GatedGateway> {
  const { sandbox: sandboxOptions, accessToken, ...gateOptions } = options;
  const sandbox = await startSandbox({ quota: 0, ...sandboxOptions });
  const gate = await startGate({ store: sandbox.url, ...gateOptions });
  const gateway = createGateway({ baseUrl: gate.url, accessToken: accessToken ?? sandbox.token });
  return {
    ...gateway,
    sandbox,
    gate,
    async close() {
      await gateway.close();
      await gate.close();
      await sandbox.close();
    },
  };
}

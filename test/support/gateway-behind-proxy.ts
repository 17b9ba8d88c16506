import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { type StoreProxy, type StoreProxyOptions, startStoreProxy } from './store-proxy.ts';

export interface ProxiedGateway extends Gateway {
  readonly sandbox: Sandbox;
  readonly proxy: StoreProxy;
}

export interface ProxiedGatewayOptions extends Omit<StoreProxyOptions, 'store'> {
  readonly sandbox?: SandboxOptions;
  readonly accessToken?: string;
}

/** A gateway with its own sandbox store, without a quota, and a proxy between the two. */
export async function startGatewayBehindProxy(options: ProxiedGatewayOptions = {}): Promise<ProxiedGateway> {
  const { sandbox: sandboxOptions, accessToken, ...gateOptions } = options;
  const sandbox = await startSandbox({ quota: 0, ...sandboxOptions });
  const proxy = await startStoreProxy({ store: sandbox.url, ...gateOptions });
  const gateway = createGateway({ baseUrl: proxy.url, accessToken: accessToken ?? sandbox.token });
  return {
    ...gateway,
    sandbox,
    proxy,
    async close() {
      await gateway.close();
      await proxy.close();
      await sandbox.close();
    },
  };
}

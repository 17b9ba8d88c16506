import { Gauge, type Registry } from 'prom-client';
import type { ProviderKeys } from '../../../access/tokens/jwks.ts';

/** Metrics of authentication. @param providerKeys null if there is no identity provider */
export function accessMetrics(
  registry: Registry,
  providerKeys: Pick<ProviderKeys, 'isUnreadable'> | null,
): void {
  new Gauge({
    name: 'gateway_provider_keys_unreadable',
    help: "1 while the OpenID provider's keys cannot be read",
    registers: [registry],
    collect() {
      this.set(providerKeys?.isUnreadable() ? 1 : 0);
    },
  });
}

import { pino } from 'pino';
import type { Config } from '../../config/index.ts';
import { createHttpClient } from '../../rest/client/http.ts';
import { openFiles } from '../files.ts';
import { clockFinding, latencyFinding, quotaFinding, tokenFinding } from './condition.ts';
import { connectionFindings } from './connection.ts';
import { type Finding, finding } from './finding.ts';
import { type FieldsByUse, fieldsByUse, permissionsOf, scopeFindings } from './scopes.ts';
import { keysFinding, providerFinding, redisFinding, webhookFinding } from './services.ts';
import { askStore } from './store-answers.ts';

export interface DoctorOptions {
  readonly config: Config;
  /** @default the environment of the process */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Unix milliseconds. @default Date.now */
  readonly now?: () => number;
  /** Milliseconds from which an answer of the store is slow. @default 1000 */
  readonly slowMs?: number;
}

/** What the doctor found. */
export interface Diagnosis {
  readonly findings: readonly Finding[];
  /** Null if there is no store to ask. */
  readonly fields: FieldsByUse | null;
}

/** Examines the store and what else the gateway is configured to use. It only reads: it sends the store nothing but GET requests. */
export async function diagnose(options: DoctorOptions): Promise<Diagnosis> {
  const { config } = options;
  const [store, ...others] = await Promise.all([
    diagnoseStore(options),
    redisFinding(config.replicas),
    keysFinding(config.access),
    providerFinding(config.access),
  ]);
  return { findings: [...store.findings, ...others], fields: store.fields };
}

/** The diagnosis of a configuration with which nothing can be examined. */
export function configurationFindings(problems: readonly string[]): Diagnosis {
  return { findings: problems.map((problem) => finding('configuration', 'wrong', problem)), fields: null };
}

async function diagnoseStore({
  config,
  environment = process.env,
  now = Date.now,
  slowMs = 1_000,
}: DoctorOptions): Promise<Diagnosis> {
  const { store, upstream } = config;
  const files = await openFiles(config, pino({ level: 'silent' }), false);
  if ('problems' in files)
    return { findings: files.problems.map((text) => finding('files', 'wrong', text)), fields: null };
  if (store.kind === 'sandbox') {
    const message =
      'no store is configured, so the gateway starts its own sandbox store: for a real one set BIGCOMMERCE_STORE_HASH and BIGCOMMERCE_ACCESS_TOKEN';
    return { findings: [finding('store', 'notice', message)], fields: null };
  }
  const http = createHttpClient({
    ...upstream,
    baseUrl: store.apiUrl,
    accessToken: files.accessToken ?? (() => ''),
    onCall: () => {},
  });
  const answers = await askStore(http, now).finally(http.close);
  const all = [answers.customers, answers.hooks, answers.instruments, answers.settings].filter(
    (answer) => answer !== null,
  );
  const permissions = permissionsOf(answers);
  const proxyVariables = PROXY_VARIABLES.filter((name) => environment[name]);
  const facts = { apiUrl: store.apiUrl, hash: store.hash, timeoutMs: upstream.timeoutMs, proxyVariables };
  return {
    findings: [
      ...connectionFindings(answers.customers, facts),
      tokenFinding(answers),
      ...scopeFindings(permissions, answers),
      quotaFinding(all),
      latencyFinding(all, slowMs),
      clockFinding(answers.customers),
      webhookFinding(config, answers.hooks, files.webhookSecrets?.() ?? []),
    ],
    fields: fieldsByUse(permissions),
  };
}

const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

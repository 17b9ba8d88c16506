import { readGuardedFile } from '../../access/files/guarded-file.ts';
import { parseKeys } from '../../access/keys/api-keys.ts';
import { openJwks } from '../../access/tokens/jwks.ts';
import type { Config } from '../../config/index.ts';
import { connectRedis } from '../../redis/connection.ts';
import { NEEDED_SCOPES } from '../../rest/cache/events.ts';
import { hasHeaders, hookProblems } from '../../rest/hooks.ts';
import { SECRET_HEADER } from '../../server/webhooks/verify.ts';
import { commandLine } from '../command-line.ts';
import { type Finding, finding } from './finding.ts';
import type { StoreAnswers } from './store-answers.ts';

/** Whether events of the store arrive. */
export function webhookFinding(
  { webhooks, cache }: Pick<Config, 'webhooks' | 'cache'>,
  hooks: StoreAnswers['hooks'],
  secrets: readonly string[],
): Finding {
  const check = 'webhooks';
  if (webhooks === null)
    return cache === null
      ? finding(check, 'off', 'the cache is off, so none are needed')
      : finding(
          check,
          'notice',
          'WEBHOOK_URL and WEBHOOK_SECRET are not set: the cache keeps answers for a shorter time',
        );
  if (hooks?.value == null) return finding(check, 'unknown', 'the store did not list them');
  const problems = hookProblems(hooks.value, NEEDED_SCOPES, webhooks.url, (hook) =>
    secrets.some((secret) => hasHeaders(hook, { [SECRET_HEADER]: secret })),
  );
  if (problems.length === 0) return finding(check, 'ok', 'all are registered and on');
  return finding(check, 'wrong', `${problems.join(', ')}: ${commandLine('webhooks register')} repairs it`);
}

/** Whether Redis answers. */
export async function redisFinding(replicas: Config['replicas']): Promise<Finding> {
  if (replicas === null) return finding('Redis', 'off', 'REDIS_URL is not set: this gateway shares nothing');
  let problem: unknown = 'no answer';
  const connection = connectRedis(replicas.redisUrl, {
    info() {},
    warn(details: { readonly problem?: unknown }) {
      problem = details.problem;
    },
  });
  try {
    await connection.run((client) => client.ping());
    return finding('Redis', 'ok', 'it answers');
  } catch {
    return finding(
      'Redis',
      'wrong',
      `it cannot be used (${problem}): check REDIS_URL and its password; until then each gateway uses QUOTA_SHARE of the quota`,
    );
  } finally {
    await connection.close();
  }
}

/** Whether the API keys can be read. */
export async function keysFinding(access: Config['access']): Promise<Finding> {
  const check = 'keys file';
  if (access === null)
    return finding(check, 'notice', 'authentication is off: every caller has every permission');
  const { keys } = access;
  if (keys === null) return finding(check, 'off', 'GATEWAY_KEYS_FILE is not set');
  const name = 'file' in keys ? keys.file : 'GATEWAY_KEYS';
  const content = 'file' in keys ? await readGuardedFile(keys.file) : keys;
  if ('problem' in content)
    return finding(check, 'wrong', `${content.problem}: ${commandLine('keys create')} writes it`);
  const parsed = parseKeys(content.text, name);
  if ('problems' in parsed) return finding(check, 'wrong', parsed.problems.join('; '));
  const { length } = parsed.keys;
  if (length === 0)
    return finding(check, 'wrong', `${name} contains no keys: ${commandLine('keys create')} adds one`);
  return finding(check, 'ok', length === 1 ? '1 key' : `${length} keys`);
}

/** Whether the keys of the identity provider can be read. */
export async function providerFinding(access: Config['access']): Promise<Finding> {
  const check = 'identity provider';
  const oidc = access?.oidc ?? null;
  if (oidc === null) return finding(check, 'off', 'OIDC_ISSUER is not set');
  const opened = await openJwks({ ...oidc, onUnreadable() {} });
  return 'problems' in opened
    ? finding(check, 'wrong', opened.problems.join('; '))
    : finding(check, 'ok', 'its keys can be read');
}

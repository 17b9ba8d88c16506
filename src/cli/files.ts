import type { Logger } from 'pino';
import { readGuardedFile } from '../access/files/guarded-file.ts';
import { parseSecret, parseSecrets, type SecretSource } from '../access/files/secrets.ts';
import { type OpenedSource, openSource } from '../access/files/source.ts';
import type { Parsed } from '../access/files/watched-file.ts';
import { parseTokenKeys, type TokenKeys } from '../access/shoppers/token-keys.ts';
import type { Config } from '../config/index.ts';
import { parseTrustedDocuments, type TrustedDocuments } from '../server/documents/trusted.ts';

/** What the gateway reads from files and uses as it is at the moment. */
export interface GatewayFiles {
  /** The store's access token; null for the sandbox. */
  readonly accessToken: (() => string) | null;
  /** The secrets with which tokens of shoppers are signed; null if shoppers cannot authenticate. */
  readonly clientSecrets: (() => readonly string[]) | null;
  /** The keys of the gateway's own tokens of shoppers; null if none are configured. */
  readonly tokenKeys: (() => TokenKeys) | null;
  readonly trusted: TrustedDocuments | null;
  /** The secrets that webhooks carry; null if none are accepted. */
  readonly webhookSecrets: (() => readonly string[]) | null;
  /** The secrets that sign webhooks; null if they are not known. */
  readonly signingSecrets: (() => readonly string[]) | null;
}

/**
 * Opens the files that the configuration names. Returns all problems.
 *
 * @param watch whether they are read again when they change
 */
export async function openFiles(
  config: Config,
  logger: Logger,
  watch = true,
): Promise<GatewayFiles | { readonly problems: readonly string[] }> {
  const { store, access, signIn, trustedDocuments, webhooks } = config;
  const tokenSource = store.kind === 'bigcommerce' ? store.accessToken : null;
  const secretSource = access?.platform?.clientSecret ?? null;
  const open = <T>(
    name: string,
    source: SecretSource | null,
    parse: (name: string, text: string) => Parsed<T> | Promise<Parsed<T>>,
  ) =>
    source &&
    openSource({
      source,
      parse: (text) => parse(name, text),
      ...(!watch && { intervalMs: null }),
      onChange: (file) => logger.info({ file }, 'file read again'),
      onProblems: (problems) =>
        logger.error({ problems }, 'a changed file is invalid: the content read last stays in use'),
    });
  const [accessToken, clientSecrets, tokenKeys, documents, webhookSecrets, signingSecrets] =
    await Promise.all([
      open('BIGCOMMERCE_ACCESS_TOKEN', tokenSource, parseSecret),
      open('BIGCOMMERCE_CLIENT_SECRET', secretSource, parseSecrets),
      open('SHOPPER_TOKEN_KEYS', signIn?.keys ?? null, parseTokenKeys),
      open('TRUSTED_DOCUMENTS', trustedDocuments && { file: trustedDocuments.file }, (_name, text) =>
        parseTrustedDocuments(text),
      ),
      open('WEBHOOK_SECRET', webhooks?.secret ?? null, parseSecrets),
      open('WEBHOOK_SIGNING_SECRET', webhooks?.signingSecret ?? null, parseSecrets),
    ]);
  const all = [accessToken, clientSecrets, tokenKeys, documents, webhookSecrets, signingSecrets];
  const problems = all.flatMap((opened) => (opened && 'problems' in opened ? opened.problems : []));
  const valid = <T>(opened: OpenedSource<T> | null) =>
    opened && 'current' in opened ? opened.current : null;
  if (problems.length > 0) return { problems };
  const listed = valid(documents);
  return {
    accessToken: valid(accessToken),
    clientSecrets: valid(clientSecrets),
    tokenKeys: valid(tokenKeys),
    webhookSecrets: valid(webhookSecrets),
    signingSecrets: valid(signingSecrets),
    trusted: listed && trustedDocuments && { documents: listed, bound: new Set(trustedDocuments.bound) },
  };
}

/** Reads the keys of shoppers' tokens once. */
export async function openTokenKeys(source: SecretSource): Promise<Parsed<TokenKeys>> {
  const name = 'SHOPPER_TOKEN_KEYS';
  if ('text' in source) return parseTokenKeys(name, source.text);
  const content = await readGuardedFile(source.file);
  return 'problem' in content ? { problems: [content.problem] } : parseTokenKeys(name, content.text);
}

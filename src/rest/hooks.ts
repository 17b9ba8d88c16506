import type { Call, HttpClient } from './client/http.ts';
import { isObject } from './wire/decode.ts';
import { parseId } from './wire/ids.ts';
import { readPage } from './wire/page.ts';

/** A webhook that an API account has registered at the store. */
export interface Hook {
  readonly id: number;
  readonly scope: string;
  readonly destination: string;
  readonly isActive: boolean;
  /** The headers that the store sends with each event. */
  readonly headers: Readonly<Record<string, unknown>>;
}

/** What is registered. */
export interface HookSettings {
  readonly scope: string;
  readonly destination: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** `/hooks`: the webhooks of the API account whose access token is used. The store shows no others. */
export interface HooksRest {
  list(): Promise<readonly Hook[]>;
  create(settings: HookSettings): Promise<void>;
  /** Sets destination and headers, and switches the webhook on. */
  update(id: number, settings: HookSettings): Promise<void>;
  remove(id: number): Promise<void>;
}

/** An account has at most 10 webhooks per scope. */
const PAGE_LIMIT = 250;

/** @param send sends one call. Rejects with the GatewayError of a failure */
export function createHooks({ send }: Pick<HttpClient, 'send'>): HooksRest {
  const call = (operation: string, method: string, path: string, rest: Partial<Call> = {}) =>
    send({ operation, method, path, query: '', ...rest });
  const bodyOf = (settings: HookSettings) => ({ ...settings, is_active: true });

  return {
    async list() {
      const body = await call('getHooks', 'GET', '/hooks', { query: `limit=${PAGE_LIMIT}` });
      return readPage(body, readHook).items.filter((hook) => hook !== null);
    },
    async create(settings) {
      await call('createHook', 'POST', '/hooks', { body: bodyOf(settings) });
    },
    async update(id, settings) {
      await call('updateHook', 'PUT', `/hooks/${id}`, { body: bodyOf(settings) });
    },
    async remove(id) {
      await call('deleteHook', 'DELETE', `/hooks/${id}`);
    },
  };
}

function readHook(wire: unknown): Hook | null {
  if (!isObject(wire)) return null;
  const id = parseId(wire.id);
  const { scope, destination, is_active: isActive, headers } = wire;
  if (id === null || typeof scope !== 'string' || typeof destination !== 'string') return null;
  return { id, scope, destination, isActive: isActive === true, headers: isObject(headers) ? headers : {} };
}

/**
 * What is wrong with the webhooks of a destination: one line per scope. Empty if events arrive there.
 *
 * @param hasSecret whether a webhook carries the secret that the gateway expects
 */
export function hookProblems(
  hooks: readonly Hook[],
  scopes: readonly string[],
  destination: string,
  hasSecret: (hook: Hook) => boolean,
): readonly string[] {
  return scopes.flatMap((scope) => {
    const hook = hooks.find((each) => each.scope === scope && each.destination === destination);
    if (hook === undefined) return [`${scope} is not registered`];
    if (!hook.isActive) return [`${scope} is switched off`];
    return hasSecret(hook) ? [] : [`${scope} has another secret`];
  });
}

/** What was done to the webhook of a scope. */
export interface HookChange {
  readonly scope: string;
  readonly outcome: 'registered' | 'was registered' | 'repaired' | 'removed';
}

/** Registers each scope for a destination, and repairs what is registered already: switches it on, and sets its headers. */
export async function registerHooks(
  rest: Pick<HooksRest, 'list' | 'create' | 'update'>,
  scopes: readonly string[],
  { destination, headers }: Omit<HookSettings, 'scope'>,
): Promise<readonly HookChange[]> {
  const hooks = await rest.list();
  const done: HookChange[] = [];
  for (const scope of scopes) {
    const settings = { scope, destination, headers };
    const known = hooks.find((hook) => hook.scope === scope && hook.destination === destination);
    if (known === undefined) {
      await rest.create(settings);
      done.push({ scope, outcome: 'registered' });
    } else if (known.isActive && hasHeaders(known, headers)) {
      done.push({ scope, outcome: 'was registered' });
    } else {
      await rest.update(known.id, settings);
      done.push({ scope, outcome: 'repaired' });
    }
  }
  return done;
}

/** Whether the store sends these headers. It may change the case of their names. */
export function hasHeaders(hook: Pick<Hook, 'headers'>, headers: Readonly<Record<string, string>>): boolean {
  const sent = Object.entries(hook.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.entries(headers).every(([name, value]) =>
    sent.some(([other, otherValue]) => other === name.toLowerCase() && otherValue === value),
  );
}

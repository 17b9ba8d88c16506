import { expect } from 'vitest';
import { jsonPost } from '../support/post.ts';
import type { Fence } from './pages.ts';

/** A graphql block with the json blocks that follow it. */
export interface GraphQLBlock {
  readonly fence: Fence;
  readonly variables: Fence | null;
  readonly extensions: Fence | null;
  readonly answer: Fence | null;
}

/** What a gateway answered. */
interface Answer {
  readonly extensions?: { readonly upstream?: { readonly plan?: unknown } };
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

/** The graphql blocks of a page that are to be run, in order. */
export function graphqlBlocksOf(fences: readonly Fence[]): readonly GraphQLBlock[] {
  return fences.flatMap((fence, index) => {
    if (fence.language !== 'graphql' || fence.marks.has('not-run')) return [];
    const end = fences.findIndex(({ language }, at) => at > index && language !== 'json');
    const following = fences.slice(index + 1, end === -1 ? fences.length : end);
    const find = (mark: string) => following.find(({ marks }) => marks.has(mark)) ?? null;
    const [variables, extensions, answer] = [find('variables'), find('extensions'), find('answer')];
    return [{ fence, variables, extensions, answer }];
  });
}

/** Sends the blocks of a page, one after the other, and compares each answer with the marks of its block. */
export async function runBlocks(blocks: readonly GraphQLBlock[], url: string): Promise<void> {
  let previous: Answer = {};
  let shopper: string | null = null;
  for (const block of blocks) {
    const isShopper = block.fence.marks.get('as') === 'shopper';
    if (isShopper) expect(shopper, `${block.fence.place}: a sign-in comes before it`).not.toBeNull();
    const token: string | null = isShopper ? shopper : null;
    previous = await send(block, { url, token, previous });
    shopper = shopperTokenIn(previous) ?? shopper;
    checkAnswer(block, previous);
  }
}

interface Sending {
  readonly url: string;
  /** A shopper's token, from the sign-in that the page shows before. */
  readonly token: string | null;
  readonly previous: Answer;
}

async function send(block: GraphQLBlock, { url, token, previous }: Sending): Promise<Answer> {
  const body = {
    query: block.fence.code,
    variables: filled(block.variables, previous),
    extensions: filled(block.extensions, previous),
  };
  const accept = 'application/graphql-response+json';
  const headers = token === null ? { accept } : { accept, authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/graphql`, jsonPost(body, headers));
  return (await response.json()) as Answer;
}

/** The value of a json block. In it `{{customers.pageInfo.endCursor}}` stands for that value of the previous answer. */
function filled(fence: Fence | null, { data }: Answer): unknown {
  if (fence === null) return undefined;
  const text = fence.code.replaceAll(/"\{\{([\w.]+)\}\}"/g, (placeholder, path: string) => {
    const value = valueAt(data, path);
    expect(value, `${fence.place}: ${placeholder} is in the previous answer`).toBeDefined();
    return JSON.stringify(value);
  });
  return JSON.parse(text);
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), value);
}

function shopperTokenIn({ data }: Answer): string | undefined {
  const value = valueAt(data, 'signInShopper.accessToken.value');
  return typeof value === 'string' ? value : undefined;
}

/** Mutations whose answers have no outcomes. Of all others a block must select them, or a failure would not be seen. */
const WITHOUT_OUTCOME =
  /(signInShopper|renewShopperAccessToken|signOutShopper|validateCustomerCredentials)\(/;
const BAD_OUTCOMES = ['FAILED', 'UNKNOWN', 'NOT_ATTEMPTED'];

function checkAnswer({ fence, answer: expected }: GraphQLBlock, answer: Answer): void {
  const { marks, place } = fence;
  const codes = (answer.errors ?? []).map(({ message, extensions }) => `${extensions.code}: ${message}`);
  const code = marks.get('fails');
  if (code === undefined) expect(codes, `${place}: ${codes}`).toEqual([]);
  else expect(codes.join('\n'), place).toMatch(new RegExp(`^${code}: `, 'm'));

  if (marks.has('explained')) expect(answer.extensions?.upstream?.plan, place).toBeDefined();

  const outcomes = outcomesIn(answer.data);
  const hasOutcomes = fence.code.startsWith('mutation') && !WITHOUT_OUTCOME.test(fence.code);
  if (hasOutcomes && code === undefined) expect(outcomes, `${place}: no outcome is selected`).not.toEqual([]);
  const outcome = marks.get('outcome');
  if (outcome === undefined) {
    const bad = outcomes.filter((each) => BAD_OUTCOMES.includes(each));
    expect(bad, `${place}: ${JSON.stringify(answer.data)}`).toEqual([]);
  } else expect(outcomes, place).toContain(outcome);

  if (code === undefined && !marks.has('empty') && !marks.has('explained')) {
    const empty = Object.entries(answer.data ?? {}).filter(([, value]) => isEmpty(value));
    expect(empty, `${place}: an answer without data shows nothing`).toEqual([]);
  }
  if (expected === null) return;
  const { data, errors } = answer;
  const shown = JSON.stringify({ data, errors }, null, 2);
  expect({ data, errors }, `${expected.place}: ${shown}`).toEqual(JSON.parse(expected.code));
}

/** Whether a root field has no data: null, an empty list, or a connection without a node. */
function isEmpty(value: unknown): boolean {
  if (value === null || (Array.isArray(value) && value.length === 0)) return true;
  if (!isObject(value)) return false;
  return [value.nodes, value.edges].some((list) => Array.isArray(list) && list.length === 0);
}

function outcomesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(outcomesIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'outcome' && typeof inner === 'string' ? [inner] : outcomesIn(inner),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

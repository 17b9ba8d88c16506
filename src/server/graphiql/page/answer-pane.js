import { askPrice, inCalls } from './price.js';
import {
  answerExtensions,
  extensionsText,
  operationNameIn,
  parseObject,
  requestExtensions,
  setExtensionsText,
} from './store.js';

const { React, GraphiQL } = globalThis;
const { createElement: h, useEffect, useState, useSyncExternalStore } = React;
const { useEditorContext, useHeadersEditorState, useOperationsEditorState, useVariablesEditorState } =
  GraphiQL.React;

/** Milliseconds without a key press after which the price is asked for. */
const PAUSE_MS = 400;

/** What an operation will cost, what it did cost, and the extensions of the request and of the answer. */
export function AnswerPane() {
  const { queryEditor, tabs, activeTabIndex } = useEditorContext({ nonNull: true });
  const [query] = useOperationsEditorState();
  const selected = queryEditor?.operationName ?? tabs[activeTabIndex]?.operationName;
  const operationName = operationNameIn(query ?? '', selected);
  const extensions = useSyncExternalStore(answerExtensions.subscribe, answerExtensions.get);
  const price = usePrice(query, operationName);

  return h(
    'section',
    { className: 'answer-pane', 'aria-label': 'Price and extensions' },
    h(
      'dl',
      { className: 'price', 'aria-live': 'polite' },
      h('dt', null, 'Before'),
      h('dd', { 'data-price': 'before' }, describePrice(price)),
      h('dt', null, 'After'),
      h('dd', { 'data-price': 'after' }, describeCost(extensions?.upstream)),
    ),
    price?.plan?.length > 0 && h(Plan, { plan: price.plan }),
    h(AnswerExtensions, { extensions }),
    h(RequestExtensions, { operationName }),
  );
}

function usePrice(query, operationName) {
  const [variables] = useVariablesEditorState();
  const [headers] = useHeadersEditorState();
  const [price, setPrice] = useState(null);

  useEffect(() => {
    setPrice(null);
    if (!query?.trim()) return;
    const controller = new AbortController();
    const timer = setTimeout(async () => {
      const asked = { query, variables: variables ?? '', operationName, headers: headers ?? '' };
      const answer = await askPrice(asked, controller.signal);
      if (!controller.signal.aborted) setPrice(answer);
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [query, variables, headers, operationName]);
  return price;
}

function describePrice(price) {
  if (price === null) return '...';
  if (price.problem !== undefined) return price.problem;
  const { estimate, atMost } = price;
  return atMost > estimate
    ? `at most ${inCalls(estimate)}, or ${atMost} if the store rejects some`
    : `at most ${inCalls(estimate)}`;
}

function describeCost(upstream) {
  if (upstream === undefined) return 'not run yet, or the answer does not say';
  const { requests, cached = 0, coalesced = 0, quota } = upstream;
  const parts = [inCalls(requests)];
  if (cached > 0) parts.push(`${cached} from the cache`);
  if (coalesced > 0) parts.push(`${coalesced} shared`);
  if (quota?.remaining != null) parts.push(`${quota.remaining} of the quota left`);
  return parts.join(', ');
}

function Plan({ plan }) {
  return h(
    'details',
    null,
    h('summary', null, 'Plan'),
    h(
      'pre',
      { tabIndex: 0, role: 'region', 'aria-label': 'Plan of the operation' },
      JSON.stringify(plan, null, 2),
    ),
  );
}

function AnswerExtensions({ extensions }) {
  const text = extensions === null ? 'No answer yet.' : JSON.stringify(extensions, null, 2);
  return h(
    'details',
    null,
    h('summary', null, 'Extensions of the answer'),
    h('pre', { tabIndex: 0, role: 'region', 'aria-label': 'Extensions of the answer' }, text),
  );
}

function RequestExtensions({ operationName }) {
  useSyncExternalStore(requestExtensions.subscribe, requestExtensions.get);
  const text = extensionsText(operationName);
  return h(
    'details',
    null,
    h('summary', null, 'Extensions of the request'),
    h('textarea', {
      'aria-label': `Extensions of the request, as JSON${operationName ? `, for ${operationName}` : ''}`,
      'aria-invalid': parseObject(text) === null,
      rows: 2,
      spellCheck: false,
      value: text,
      onChange: (event) => setExtensionsText(operationName, event.target.value),
    }),
  );
}

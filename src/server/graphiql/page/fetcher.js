import { answerExtensions, extensionsText, operationNameIn, parseObject } from './store.js';

const { GraphiQL } = globalThis;
const send = GraphiQL.createFetcher({ url: '/graphql' });

/**
 * Runs an operation with its request extensions. The extensions of the answer go to their own pane. A failure to reach the
 * gateway is shown as an error with a message: GraphiQL itself would show a stack.
 */
export async function* fetcher(params, options) {
  if (params.operationName === 'IntrospectionQuery') return yield await send(params, options);
  const { operationName: selected, ...rest } = params;
  const operationName = operationNameIn(params.query, selected);
  const extensions = parseObject(extensionsText(operationName));
  if (extensions === null) return yield failure('The request extensions are no JSON object.');
  answerExtensions.set(null);
  try {
    const answer = await send({ ...rest, ...(operationName && { operationName }), extensions }, options);
    for await (const parts of Symbol.asyncIterator in answer ? answer : [answer])
      yield Array.isArray(parts) ? parts.map(takeExtensions) : takeExtensions(parts);
  } catch (error) {
    if (error.name !== 'AbortError') yield failure(`The answer cannot be read: ${error.message}.`);
  }
}

function takeExtensions({ extensions, ...answer }) {
  if (extensions !== undefined) answerExtensions.set(extensions);
  return answer;
}

function failure(message) {
  return { errors: [{ message }] };
}

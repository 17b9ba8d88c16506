import { parseObject } from './store.js';

/**
 * Asks for the price of an operation. The gateway sends nothing to the store for that.
 * @returns the estimate and its plan, or the message of the reason why there is none
 */
export async function askPrice({ query, variables, operationName, headers }, signal) {
  const parsed = variables.trim() === '' ? {} : parseObject(variables);
  if (parsed === null) return { problem: 'The variables are no JSON object.' };
  const body = { query, variables: parsed, extensions: { explain: 'only' } };
  if (operationName) body.operationName = operationName;
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      // With this media type an invalid document is no HTTP error, which the console would report at each key press.
      headers: { ...parseObject(headers), 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
    const { errors, extensions } = await response.json();
    return errors ? { problem: errors[0].message } : extensions.upstream;
  } catch (error) {
    if (error.name === 'AbortError') return null;
    return { problem: 'The gateway does not answer.' };
  }
}

/** "1 REST call", "3 REST calls". */
export function inCalls(count) {
  return `${count} REST call${count === 1 ? '' : 's'}`;
}

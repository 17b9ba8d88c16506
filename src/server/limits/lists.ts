import { tooLarge } from './limits.ts';

/** Refuses variables with a list that is too long, before each item of it is looked at. */
export function checkLists(variables: unknown, listItems: number): void {
  // Not by calling itself: variables may be nested as deep as a body is long.
  const rest = [variables];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value) && value.length > listItems)
      throw tooLarge('listItems', value.length, listItems);
    for (const one of Object.values(value)) rest.push(one);
  }
}

import { limitExceeded } from './limits.ts';

/** Rejects variables that contain a list longer than `listItems`, without visiting the items of that list. */
export function checkLists(variables: unknown, listItems: number): void {
  // Iterative, because variables can be nested deeply enough to overflow the stack.
  const stack = [variables];
  while (stack.length > 0) {
    const value = stack.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value) && value.length > listItems)
      throw limitExceeded('listItems', value.length, listItems);
    for (const child of Object.values(value)) stack.push(child);
  }
}

import type { OperationId } from '../rest/operations.ts';
import type { CallCounts } from './plan.ts';
import { type FieldCost, keysOf, type Population, ROOT, type RuleInput } from './population.ts';

// The costs of reads that several types have in common. Those of one type are in a file with its name.

/** The cost of a field that needs no call of its own. */
export function noCost(summary: string): FieldCost {
  return { operations: [], summary, rule: ({ population }) => population };
}

/** The cost of a field that the store returns with its record if the `include` parameter names it. */
export function includeCost(parameter: string): FieldCost {
  return {
    operations: ['getCustomers'],
    summary: `none; it is loaded with the customer (\`include=${parameter}\`)`,
    rule: ({ population }) => population,
  };
}

/** The cost of a record that the store has once. */
export function singleCost(operation: OperationId): FieldCost {
  return {
    operations: [operation],
    summary: 'one REST call',
    rule({ plan, path, population }) {
      plan.once(operation, { operation, field: path }, { calls: 1 });
      return population;
    },
  };
}

/** The cost of a record that an argument identifies and that the store returns alone. @param noun what it belongs to */
export function perKeyCost(operation: OperationId, argument: string, noun: string): FieldCost {
  return {
    operations: [operation],
    summary: `one REST call per ${noun}`,
    rule({ args, plan, path, population }) {
      plan.perKey(operation, { operation, field: path }, [String(args[argument])]);
      return population;
    },
  };
}

/** The cost of a field that the store returns for one customer at a time. */
export function perCustomerCost(operation: OperationId): FieldCost {
  return {
    operations: [operation],
    summary: 'one REST call per customer, sent in parallel; the store has no batch operation',
    rule({ plan, path, population }) {
      plan.perKey(operation, { operation, field: path }, keysOf(population));
      return { ...population, unbatched: true };
    },
  };
}

/** The cost of a field of a customer, for a root field that names the customer. The customer itself is not read. */
export function forNamedCustomer({ operations, rule }: FieldCost, summary: string): FieldCost {
  return { operations, summary, rule: (input) => rule({ ...input, population: namedCustomer(input) }) };
}

/** The customer in the argument `customerEntityId`, or in `resourceId`, which takes longer ids. */
export function namedCustomer({ args }: RuleInput): Population {
  const customer = `customer ${args.customerEntityId ?? args.resourceId}`;
  return { ...ROOT, key: customer, members: [customer] };
}

/** What a lookup of nodes of one type costs. */
export interface NodeCost {
  readonly operations: readonly OperationId[];
  /** Cost in REST calls, in words, without a final full stop. */
  readonly summary: string;
  /** Plans the lookup of nodes with these ids, and returns them. */
  readonly rule: (input: RuleInput, nodes: readonly (readonly number[])[]) => Population;
}

/** Nodes of one type. @param after the read by which they arrive */
export function nodesOf(type: string, nodes: readonly (readonly number[])[], after: string): Population {
  const members = [...new Set(nodes.map((ids) => `${type} ${ids.join(':')}`))];
  return { ...ROOT, key: members.join(), size: members.length, members, after };
}

/**
 * The cost of nodes that the store returns one at a time.
 *
 * @param noun what each of them is
 * @param countCalls the calls for nodes with these keys
 */
export function nodeCost(
  operation: OperationId,
  type: string,
  noun: string,
  countCalls: (keys: readonly string[]) => CallCounts = ({ length }) => ({ calls: length }),
): NodeCost {
  return {
    operations: [operation],
    summary: `one REST call for each ${noun}`,
    rule({ plan, path }, nodes) {
      const keys = nodes.map((ids) => ids.join(':'));
      plan.batched(operation, { operation, field: path }, keys, countCalls);
      return { ...nodesOf(type, nodes, operation), unbatched: true };
    },
  };
}

/** The cost of nodes that are read together, like a field with this cost. */
export function sharedNodeCost({ operations, summary, rule }: FieldCost): NodeCost {
  return {
    operations,
    summary,
    rule(input, nodes) {
      if (nodes.length > 0) rule(input);
      return ROOT;
    },
  };
}

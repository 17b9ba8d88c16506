import {
  type Client,
  GatewayFailure,
  type UpstreamReport,
  type WriteErrorCode,
  type WriteOutcome,
} from '../../client/index.ts';

/** What an import asks of a gateway. */
export interface ImportGateway {
  /** What the caller may do, and the quota. @throws GatewayFailure */
  check(): Promise<GatewayFacts>;
  /** Which of the e-mail addresses customers of the store have, at most 250. @throws GatewayFailure */
  findEmails(emails: readonly string[]): Promise<readonly string[]>;
  /** The names of the store's attributes. @throws GatewayFailure */
  attributeNames(): Promise<readonly string[]>;
  /** Writes customers. @throws GatewayFailure if there are no results at all */
  upsert(customers: readonly object[]): Promise<UpsertAnswer>;
}

export interface GatewayFacts {
  readonly scopes: readonly string[];
}

export interface WriteError {
  readonly code: WriteErrorCode;
  readonly message: string;
  readonly path: readonly string[];
  readonly retryAfterMs: number | null;
}

export interface PartResult {
  readonly outcome: WriteOutcome;
  readonly errors: readonly WriteError[];
}

export interface CustomerResult extends PartResult {
  readonly parts: readonly PartResult[];
}

export interface UpsertAnswer {
  /** One per customer, in their order. */
  readonly results: readonly CustomerResult[];
  readonly upstream: UpstreamReport | null;
}

const CHECK = `query ImportCheck { viewer { scopes } }`;

const FIND = `query ImportFind($emails: [String!]!) {
  customers(filter: { emails: $emails }, first: 250) { edges { node { email } } }
}`;

const ATTRIBUTES = `query ImportAttributes { customerAttributeDefinitions { name } }`;

const UPSERT = `mutation ImportCustomers($customers: [UpsertCustomerInput!]!) {
  upsertCustomers(input: { customers: $customers }) {
    results {
      index
      outcome
      errors { code message path retryAfterMs }
      parts { outcome errors { code message path retryAfterMs } }
    }
  }
}`;

export function createImportGateway(client: Client): ImportGateway {
  return {
    async check() {
      const { viewer } = await client.request<{ readonly viewer: GatewayFacts }, Empty>(CHECK);
      return viewer;
    },
    async findEmails(emails) {
      const { customers } = await client.request<Emails, object>(FIND, { emails });
      return customers.edges.map(({ node }) => node.email);
    },
    async attributeNames() {
      const answer = await client.request<Attributes, Empty>(ATTRIBUTES);
      return answer.customerAttributeDefinitions.map(({ name }) => name);
    },
    async upsert(customers) {
      const { data, errors, upstream } = await client.write<Upserted, object>(UPSERT, { customers });
      const results = data?.upsertCustomers?.results;
      if (results?.length !== customers.length)
        throw new GatewayFailure('BAD_RESPONSE', 'The answer has not one result per customer.', { errors });
      return { results, upstream };
    },
  };
}

type Empty = Record<string, never>;

interface Emails {
  readonly customers: { readonly edges: readonly { readonly node: { readonly email: string } }[] };
}

interface Attributes {
  readonly customerAttributeDefinitions: readonly { readonly name: string }[];
}

interface Upserted {
  readonly upsertCustomers: { readonly results: readonly CustomerResult[] } | null;
}

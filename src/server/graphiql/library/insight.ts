import type { Theme } from './operation.ts';

const shopper: Theme = {
  name: "Shopper's view",
  operations: [
    {
      name: 'SignIn',
      title: 'Sign in, and see what the shopper sees',
      explanation:
        'Every customer of the sandbox has the password "sandbox1". Copy the token into the Headers tab as {"authorization": "Bearer ..."} to go on as this shopper.',
      query: `mutation SignIn($email: String!, $password: String!) {
  signInShopper(input: { email: $email, password: $password }) {
    accessToken {
      value
      expiresAt
    }
    viewer {
      kind
      scopes
      customer {
        firstName
        addresses {
          nodes {
            city
          }
        }
      }
    }
  }
}
`,
      variables: { email: 'i.chevallier.1@post.example.org', password: 'sandbox1' },
      calls: 2,
    },
    {
      name: 'WhoAmI',
      title: 'Who is asking',
      explanation:
        'The kind of the caller and its scopes. "customer" is null for all who are no shoppers. No call.',
      query: `query WhoAmI {
  viewer {
    kind
    scopes
    customer {
      email
    }
  }
}
`,
      calls: 0,
    },
    {
      name: 'ChangeMyself',
      title: "Change one's own record",
      explanation: 'Works with the token of SignIn. Without one it is FORBIDDEN, as here.',
      query: `mutation ChangeMyself($input: UpdateViewerInput!) {
  updateViewer(input: $input) {
    outcome
    customer {
      company
    }
    errors {
      code
      message
    }
  }
}
`,
      variables: { input: { company: 'Chevallier Interiors' } },
      calls: 0,
      expected: { errorCodes: ['FORBIDDEN'] },
    },
  ],
};

const explain: Theme = {
  name: 'Explain',
  operations: [
    {
      name: 'EveryCall',
      title: 'Every REST call of an operation',
      explanation:
        'The request extension {"explain": true} adds the plan, and each call with its field, to the answer.',
      query: `query EveryCall {
  customers(first: 3) {
    nodes {
      email
      consent {
        allow
      }
    }
  }
}
`,
      extensions: { explain: true },
      calls: 4,
    },
    {
      name: 'PlanOnly',
      title: 'The price of an operation that does not run',
      explanation:
        'The request extension {"explain": "only"} answers with the estimate and the plan. Nothing is sent.',
      query: `query PlanOnly {
  customers(first: 250) {
    nodes {
      email
      consent {
        allow
      }
    }
  }
}
`,
      extensions: { explain: 'only' },
      calls: 0,
    },
    {
      name: 'Quota',
      title: 'The quota of the store',
      explanation:
        'As the gateway knows it from the last response of the store. No call. It requires an API key or a user: without one it is FORBIDDEN, as here. "quota" in the extensions of an answer says the same.',
      query: `query Quota {
  rateLimit {
    limit
    remaining
    resetAt
    waiting
  }
}
`,
      calls: 0,
      expected: { errorCodes: ['FORBIDDEN'], nullFields: ['rateLimit'] },
    },
  ],
};

const cache: Theme = {
  name: 'Cache',
  operations: [
    {
      name: 'MayBeCached',
      title: 'An answer that may be a minute old',
      explanation:
        'The request extension {"upstream": {"maxAge": 60}} accepts cached reads of the last 60 seconds. Run it twice: the second run makes no call if the cache is on, as it is for the sandbox of npm start.',
      query: `query MayBeCached {
  customer(by: { entityId: 8 }) {
    email
    addressCount
  }
}
`,
      extensions: { upstream: { maxAge: 60 } },
      calls: 1,
    },
    {
      name: 'MustBeFresh',
      title: 'An answer from the store',
      explanation: 'The request extension {"upstream": {"maxAge": 0}} always asks the store.',
      query: `query MustBeFresh {
  customer(by: { entityId: 8 }) {
    email
    addressCount
  }
}
`,
      extensions: { upstream: { maxAge: 0 } },
      calls: 1,
    },
  ],
};

/** The themes of callers, costs and freshness. */
export const insight: readonly Theme[] = [shopper, explain, cache];

import { createClient } from 'graphql-for-bigcommerce-customers/client';
import { graphql } from './gql/gql';

const CUSTOMERS = graphql(`
  query Customers($first: Int!) {
    customers(first: $first) {
      nodes { firstName lastName addresses { nodes { city } } }
    }
  }
`);

const client = createClient({ url: '/graphql' });
const { customers } = await client.request(CUSTOMERS, { first: 6 });
const lines = customers?.nodes.map(({ firstName, lastName, addresses }) => {
  const line = document.createElement('li');
  line.textContent = `${firstName} ${lastName}: ${addresses?.nodes.map(({ city }) => city).join(', ')}`;
  return line;
});
document.querySelector('#customers')?.replaceChildren(...(lines ?? []));

import { asShopper, asStorefront } from '../gateway/clients.ts';
import { graphql } from '../gateway/gql/gql.ts';
import { readShopperToken } from '../gateway/session.ts';
import { signOut } from './actions.ts';
import { NameForm } from './name-form.tsx';
import { SignInForm } from './sign-in-form.tsx';

const SHOP = graphql(`
  query Shop {
    customers(first: 0) {
      totalCount
    }
  }
`);

const ACCOUNT = graphql(`
  query Account {
    viewer {
      customer {
        firstName
        lastName
        email
        addressCount
        addresses(first: 5) {
          nodes { id address1 city countryCode }
        }
      }
    }
  }
`);

/** Made on the server for each request, because it depends on the cookie. */
export default async function Page() {
  const [shop, account] = await Promise.all([
    asStorefront.request(SHOP),
    (await readShopperToken()) === null ? null : asShopper.request(ACCOUNT),
  ]);
  const customer = account?.viewer?.customer;
  return (
    <>
      <header>
        <h1>The shop</h1>
        {customer && (
          <form action={signOut}>
            <button type="submit">Sign out</button>
          </form>
        )}
      </header>
      <main>
        {customer ? (
          <section className="card" aria-labelledby="account">
            <h2 id="account">
              {customer.firstName} {customer.lastName}
            </h2>
            <p className="hint">{customer.email}</p>
            <NameForm firstName={customer.firstName ?? ''} lastName={customer.lastName ?? ''} />
            <h3>Addresses ({customer.addressCount})</h3>
            <ul>
              {customer.addresses?.nodes.map(({ id, address1, city, countryCode }) => (
                <li key={id}>
                  {address1}, {city}, {countryCode}
                </li>
              ))}
            </ul>
          </section>
        ) : (
          <SignInForm />
        )}
      </main>
      <footer>{shop.customers?.totalCount} customers shop here.</footer>
    </>
  );
}

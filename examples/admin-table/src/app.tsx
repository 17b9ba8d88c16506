import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { Customers } from './customers.tsx';

export function App() {
  // The client of the gateway knows what may be sent again.
  const [queryClient] = useState(
    () => new QueryClient({ defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } } }),
  );
  return (
    <QueryClientProvider client={queryClient}>
      <header>
        <h1>Customers</h1>
      </header>
      <main>
        <Customers />
      </main>
    </QueryClientProvider>
  );
}

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

export default defineConfig({
  // Outside this repository the package is installed, and this is not needed.
  resolve: {
    alias: {
      'graphql-for-bigcommerce-customers/client': fileURLToPath(
        new URL('../../src/client/index.ts', import.meta.url),
      ),
    },
  },
  server: {
    host: '127.0.0.1',
    port: Number(process.env.PORT ?? 5173),
    strictPort: true,
    fs: { allow: ['../..'] },
    // One origin for the page and the gateway: no CORS is needed.
    proxy: { '/graphql': process.env.GATEWAY_URL ?? 'http://127.0.0.1:4000' },
  },
});

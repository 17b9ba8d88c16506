import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  resolve: {
    // Outside this repository the package is installed, and this is not needed.
    alias: {
      'graphql-for-bigcommerce-customers/client': fileURLToPath(
        new URL('../../src/client/index.ts', import.meta.url),
      ),
    },
  },
  // Found by Vite only while the page loads, which then loads twice.
  optimizeDeps: {
    include: [
      'react',
      'react-dom/client',
      'react/jsx-dev-runtime',
      '@apollo/client',
      '@apollo/client/react',
      '@apollo/client/link/context',
      '@apollo/client/utilities',
    ],
  },
  server: {
    host: '127.0.0.1',
    port: Number(process.env.PORT ?? 5173),
    strictPort: true,
    fs: { allow: ['../..'] },
    // One origin for the page and the gateway, as behind a load balancer: no CORS is needed.
    proxy: {
      '/graphql': { target: process.env.GATEWAY_URL ?? 'http://127.0.0.1:4000', changeOrigin: true },
    },
  },
});

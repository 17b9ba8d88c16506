import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const { GATEWAY_URL = 'http://127.0.0.1:4000', GATEWAY_KEY, PORT = '5173' } = process.env;

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
    include: ['react', 'react-dom/client', 'react/jsx-dev-runtime', '@tanstack/react-query'],
  },
  server: {
    host: '127.0.0.1',
    port: Number(PORT),
    strictPort: true,
    fs: { allow: ['../..'] },
    proxy: {
      '/graphql': {
        target: GATEWAY_URL,
        changeOrigin: true,
        // A key never reaches the browser: the server adds it.
        ...(GATEWAY_KEY && { headers: { authorization: `Bearer ${GATEWAY_KEY}` } }),
      },
    },
  },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Vite prefers a package's `module` file, Node its `main`: two instances of `graphql`, which refuse each other's types.
  resolve: { alias: { graphql: 'graphql/index.js' } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    // The machines that run this have two cores, and some tests start servers and a browser.
    maxWorkers: 2,
  },
});

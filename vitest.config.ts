import { defineConfig } from 'vitest/config';

const { TEST_RESULTS } = process.env;

export default defineConfig({
  // Vite prefers a package's `module` file, Node its `main`: two instances of `graphql`, which refuse each other's types.
  resolve: { alias: { graphql: 'graphql/index.js' } },
  test: {
    include: ['test/**/*.test.ts'],
    // CI counts the tests by the report in this file.
    reporters: TEST_RESULTS ? ['default', 'json'] : ['default'],
    ...(TEST_RESULTS && { outputFile: { json: TEST_RESULTS } }),
    // Only what hangs runs into it, and a busy machine does not hang.
    testTimeout: 60_000,
    // The machines that run this have two cores, and some tests start servers and a browser.
    maxWorkers: 2,
  },
});

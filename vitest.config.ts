import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    // The machines that run this have two cores, and some tests start servers and a browser.
    maxWorkers: 2,
  },
});

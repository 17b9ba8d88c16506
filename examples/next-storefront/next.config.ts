import { resolve } from 'node:path';
import type { NextConfig } from 'next';

const config: NextConfig = {
  devIndicators: false,
  turbopack: {
    // Outside this repository the package is installed, and neither is needed.
    root: resolve('../..'),
    resolveAlias: { 'graphql-for-bigcommerce-customers/client': '../../src/client/index.ts' },
  },
};

export default config;

import { rolldown } from 'rolldown';

/** The client as one minified module for browsers. */
export async function bundleClient(): Promise<string> {
  const build = await rolldown({ input: 'src/client/index.ts', platform: 'browser' });
  try {
    const { output } = await build.generate({ format: 'esm', minify: true });
    const [chunk, ...others] = output;
    if (others.length > 0 || chunk.imports.length > 0)
      throw new Error('The bundle is not one module without imports.');
    return chunk.code;
  } finally {
    await build.close();
  }
}

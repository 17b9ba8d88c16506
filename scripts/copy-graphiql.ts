import { cpSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { PACKAGE_FILES, packageFile } from '../src/server/graphiql/assets.ts';

// The built package holds the files of GraphiQL's page, so its users need not install React.
const TARGET = 'dist/server/graphiql/page';

cpSync('src/server/graphiql/page', TARGET, { recursive: true });
mkdirSync(`${TARGET}/packages`, { recursive: true });
for (const name of Object.keys(PACKAGE_FILES)) {
  const source = packageFile(name);
  cpSync(source, `${TARGET}/packages/${name}`);
  const licence = new URL('LICENSE', import.meta.resolve(`${packageOf(name)}/package.json`));
  cpSync(licence, `${TARGET}/packages/${packageOf(name)}.LICENSE`);
}

function packageOf(name: string): string {
  return dirname(PACKAGE_FILES[name] ?? '').split('/')[0] ?? '';
}

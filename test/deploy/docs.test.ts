import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { documentedVariables } from '../../src/config/variables.ts';

const page = readFileSync('docs/deploy.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Variables that Node or compose.yaml reads. */
const OTHERS = ['NODE_OPTIONS', 'VALKEY_PASSWORD'];

test('each file that docs/deploy.md names exists', () => {
  const named = [...page.matchAll(/(?<![\w/.])(?:deploy|docs|scripts|test)\/[\w./-]*\w/g)].map(
    ([path]) => path,
  );
  expect(named).toContain('deploy/kubernetes/example');
  for (const path of [...named, 'Containerfile', 'compose.yaml']) expect(path).toSatisfy(existsSync);
});

test('docs/deploy.md names only variables and npm scripts that exist', () => {
  const variables = [...page.matchAll(/`([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b/g)].map(([, name]) => name);
  expect(variables.length).toBeGreaterThan(10);
  expect([...documentedVariables.map(({ name }) => name), ...OTHERS, 'OVERLOADED']).toEqual(
    expect.arrayContaining(variables),
  );
  const named = [...page.matchAll(/npm run ([\w-]+)/g)].map(([, name]) => name);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
});

test('the Secret that docs/deploy.md creates has the entries that the pods read', () => {
  const created = [...page.matchAll(/--from-(?:file|literal)=([\w.-]+)=/g)].map(([, key]) => key);
  const { spec } = parse(readFileSync('deploy/kubernetes/base/deployment.yaml', 'utf8')).spec.template;
  const [{ env }] = spec.containers as [{ env: { valueFrom?: { secretKeyRef: { key: string } } }[] }];
  const [{ secret }] = spec.volumes as [{ secret: { items: { key: string }[] } }];
  const read = [
    ...env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef.key ?? []),
    ...secret.items.map(({ key }) => key),
  ];
  expect(created.toSorted()).toEqual(read.toSorted());
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IService } from 'kubernetes-models/v1/Service';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseConfig } from '../../src/config/index.ts';
import { documentedVariables } from '../../src/config/variables.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { findProblems, type Manifest, readManifests } from './manifests.ts';

const BASE = 'deploy/kubernetes/base';
const EXAMPLE = 'deploy/kubernetes/example';

const kustomization = z.strictObject({
  apiVersion: z.literal('kustomize.config.k8s.io/v1beta1'),
  kind: z.literal('Kustomization'),
  namespace: z.string().optional(),
  labels: z
    .array(z.strictObject({ pairs: z.record(z.string(), z.string()), includeSelectors: z.boolean() }))
    .optional(),
  resources: z.array(z.string()),
  images: z.array(z.strictObject({ name: z.string(), newName: z.string(), newTag: z.string() })).optional(),
  configMapGenerator: z.array(
    z.strictObject({ name: z.string(), behavior: z.enum(['merge']).optional(), envs: z.array(z.string()) }),
  ),
});

const base = kustomization.parse(parse(readFileSync(join(BASE, 'kustomization.yaml'), 'utf8')));
const example = kustomization.parse(parse(readFileSync(join(EXAMPLE, 'kustomization.yaml'), 'utf8')));
const manifests = readManifests(BASE, base.resources);
const deployment = find<IDeployment>('Deployment');
const autoscaler = find<IHorizontalPodAutoscaler>('HorizontalPodAutoscaler');
const service = find<IService>('Service');
const budget = find<IPodDisruptionBudget>('PodDisruptionBudget');
const policy = find<INetworkPolicy>('NetworkPolicy');
const pod = deployment.spec?.template.spec;
const [container] = pod?.containers ?? [];
const settings = { ...readEnv(join(BASE, 'gateway.env')), ...readEnv(join(EXAMPLE, 'store.env')) };

test('each file of the folders is used, and each file that is used exists', () => {
  for (const [folder, { resources, configMapGenerator }] of [
    [BASE, base],
    [EXAMPLE, example],
  ] as const) {
    const used = [...resources, ...configMapGenerator.flatMap(({ envs }) => envs)];
    for (const path of used) expect(existsSync(join(folder, path))).toBe(true);
    const files = readdirSync(folder).filter((file) => file !== 'kustomization.yaml');
    expect(used.filter((path) => dirname(path) === '.').toSorted()).toEqual(files.toSorted());
  }
});

test('the manifests follow the schemas of Kubernetes, and have no unknown field', () => {
  expect(findProblems([...manifests, ...readManifests(EXAMPLE, ['namespace.yaml'])])).toEqual([]);
});

test.each([
  ['an unknown field', { ...deployment, spec: { ...deployment.spec, replica: 2 } }],
  ['a wrong type', { ...deployment, spec: { ...deployment.spec, minReadySeconds: '10' } }],
  ['a missing field', { ...service, spec: { ports: [{ name: 'http' }] } }],
])('the check of manifests finds %s', (_, manifest) => {
  expect(findProblems([manifest])).not.toEqual([]);
});

test('the gateway accepts the variables that the pods get', () => {
  const secrets: Readonly<Record<string, string>> = {
    'redis-url': 'rediss://gateway:password@redis.example.org:6380',
    'redis-encryption-keys': `1:${Buffer.alloc(32, 1).toString('base64')}`,
  };
  const own = (container?.env ?? []).map(({ name, value, valueFrom }) => [
    name,
    value ?? secrets[valueFrom?.secretKeyRef?.key ?? ''] ?? '',
  ]);
  const environment: Record<string, string> = { ...settings, ...Object.fromEntries(own) };
  const names = documentedVariables.map(({ name }) => name);
  // Node itself reads NODE_OPTIONS.
  expect([...names, 'NODE_OPTIONS']).toEqual(expect.arrayContaining(Object.keys(environment)));
  expect(Object.values(environment)).not.toContain('');
  expect(parseConfig(environment)).not.toHaveProperty('problems');
});

test('the program answers the probes, and has the metric of the autoscaler', async () => {
  const gateway = await startGatewayProcess({});
  try {
    const { livenessProbe, readinessProbe, startupProbe } = container ?? {};
    for (const probe of [livenessProbe, readinessProbe, startupProbe]) {
      const response = await fetch(`${gateway.url}${probe?.httpGet?.path}`);
      expect(response.status).toBe(200);
      expect(probe?.httpGet?.port).toBe('http');
    }
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    const names = autoscaler.spec?.metrics?.flatMap(({ pods }) => pods?.metric.name ?? []) ?? [];
    expect(names).toEqual(['gateway_governor_queued_calls']);
    for (const name of names) {
      expect(metrics).toContain(`# TYPE ${name} gauge`);
      expect(readFileSync('deploy/prometheus-adapter.yaml', 'utf8')).toContain(`as: ${name}\n`);
    }
  } finally {
    await gateway.stop();
  }
});

test('a pod is killed later than the gateway needs to stop', () => {
  const { SHUTDOWN_DELAY_MS: delay, SHUTDOWN_GRACE_MS: grace } = settings;
  const preStop = Number(container?.lifecycle?.preStop?.sleep?.seconds);
  expect(preStop).toBeGreaterThan(0);
  expect(pod?.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(
    preStop + (Number(delay) + Number(grace)) / 1_000 + 5,
  );
});

test('a replica that cannot reach Redis uses at most its part of the quota', () => {
  expect(Number(settings.QUOTA_SHARE) * Number(autoscaler.spec?.maxReplicas)).toBeLessThanOrEqual(1);
});

test('the process has no rights: the restricted standard, the user of the image, a read-only root', () => {
  const [user] = DockerfileParser.parse(readFileSync('Containerfile', 'utf8'))
    .getInstructions()
    .filter((instruction) => instruction.getKeyword() === 'USER');
  const { runAsUser, runAsGroup } = pod?.securityContext ?? {};
  expect(`${runAsUser}:${runAsGroup}`).toBe(user?.getArgumentsContent());
  expect(pod).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  });
  expect(container).toMatchObject({
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    resources: { requests: { memory: '1Gi' }, limits: { memory: '1Gi' } },
  });
  expect(pod?.volumes?.map(({ secret }) => secret?.defaultMode)).toEqual([0o440]);
});

test('the memory of the pods fits the operations in flight, as docs/deploy.md says, and so does that of compose.yaml', () => {
  const { NODE_OPTIONS, MAX_OPERATIONS_IN_FLIGHT } = settings;
  const { environment, deploy } = parse(readFileSync('compose.yaml', 'utf8')).services.gateway;
  expect(environment).toMatchObject({ NODE_OPTIONS, MAX_OPERATIONS_IN_FLIGHT });
  expect(deploy.resources.limits.memory).toBe('1024M');
  expect(container?.resources?.limits?.memory).toBe('1Gi');
  const heap = Number(/^--max-old-space-size=(\d+)$/.exec(NODE_OPTIONS ?? '')?.[1]);
  expect(heap).toBeGreaterThanOrEqual(100 + 10 * Number(MAX_OPERATIONS_IN_FLIGHT));
  expect(heap + 300).toBeLessThanOrEqual(1024);
});

test('the objects find one another by their names and labels', () => {
  const labels = deployment.spec?.template.metadata?.labels;
  for (const selector of [
    deployment.spec?.selector.matchLabels,
    service.spec?.selector,
    budget.spec?.selector?.matchLabels,
    policy.spec?.podSelector?.matchLabels,
  ]) {
    expect(selector).toEqual(labels);
  }
  expect(autoscaler.spec?.scaleTargetRef).toMatchObject({
    kind: deployment.kind,
    name: deployment.metadata?.name,
  });
  expect(service.spec?.ports?.map(({ targetPort }) => targetPort)).toEqual(
    container?.ports?.map(({ name }) => name),
  );
  expect(container?.envFrom?.map(({ configMapRef }) => configMapRef?.name)).toEqual(
    base.configMapGenerator.map(({ name }) => name),
  );
  expect(container?.ports?.map(({ containerPort }) => String(containerPort))).toEqual([settings.PORT]);
});

test('the example names the image of this version', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(example.images).toMatchObject([{ name: container?.image, newTag: version }]);
});

function find<Kind>(kind: string): Kind & Manifest {
  const found = manifests.find((manifest) => manifest.kind === kind);
  if (found === undefined) throw new Error(`there is no ${kind}`);
  return found as Kind & Manifest;
}

function readEnv(file: string): Readonly<Record<string, string>> {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

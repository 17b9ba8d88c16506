import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import ts from 'typescript';
import { parse } from 'yaml';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
}

interface Model {
  readonly apiVersion: string;
  readonly kind: string;
  new (data: never): { validate(): void };
}

const MODELS: readonly Model[] = [
  Deployment,
  HorizontalPodAutoscaler,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  Service,
  ServiceAccount,
];

/** Reads the files of a folder, one manifest each. Other folders are left out. */
export function readManifests(folder: string, files: readonly string[]): readonly Manifest[] {
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => parse(readFileSync(join(folder, file), 'utf8')) as Manifest);
}

/** What is wrong with manifests: violations of the schemas of Kubernetes, and unknown fields. */
export function findProblems(manifests: readonly Manifest[]): readonly string[] {
  return [...manifests.flatMap(schemaProblems), ...typeProblems(manifests)];
}

function schemaProblems(manifest: Manifest): readonly string[] {
  const model = MODELS.find(
    ({ apiVersion, kind }) => apiVersion === manifest.apiVersion && kind === manifest.kind,
  );
  if (model === undefined) return [`${manifest.apiVersion} ${manifest.kind} is not known`];
  try {
    new model(manifest as never).validate();
    return [];
  } catch (error) {
    return [`${manifest.kind}: ${String(error)}`];
  }
}

/** The schemas allow unknown fields. The compiler does not, if an object literal is assigned to the type of its kind. */
function typeProblems(manifests: readonly Manifest[]): readonly string[] {
  const source = manifests.map((manifest, i) => {
    const module = `kubernetes-models/${manifest.apiVersion}/${manifest.kind}`;
    const literal = JSON.stringify(manifest, null, 2);
    return `import type { I${manifest.kind} as Type${i} } from '${module}';\nexport const manifest${i}: Type${i} = ${literal};\n`;
  });
  return compile(resolve('test/deploy/manifests-as-code.ts'), source.join('\n'));
}

/** The errors of the compiler for a file that need not exist. */
function compile(file: string, source: string): readonly string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path === file || fileExists(path);
  host.getSourceFile = (path, languageVersion, ...others) =>
    path === file
      ? ts.createSourceFile(path, source, languageVersion)
      : getSourceFile(path, languageVersion, ...others);
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

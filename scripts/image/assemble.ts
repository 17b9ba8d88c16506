import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import {
  type Copy,
  DockerfileParser,
  type Env,
  type Instruction,
  type JSONInstruction,
} from 'dockerfile-ast';

const run = promisify(execFile);

/** An image: its root folder, and how its process is started. */
export interface Image {
  /** The folder that becomes the root file system. */
  readonly root: string;
  readonly workdir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** User and group, as numbers, such as 65532:65532. Empty means root. */
  readonly user: string;
  readonly stopSignal: string;
  readonly entrypoint: readonly string[];
  /** The command of the health check. */
  readonly healthCheck: readonly string[];
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/**
 * Builds the stages of a container file in folders, without a container engine, and returns the last one. Base images are not
 * read: commands run with the programs of this machine, in the working directory of their stage, and with npm's Node first.
 * Throws on an instruction it does not know.
 */
export async function assembleImage(containerfile: string, folder: string): Promise<Image> {
  const stages: { readonly name: string | null; readonly image: Writable<Image> }[] = [];
  for (const instruction of DockerfileParser.parse(await readFile(containerfile, 'utf8')).getInstructions()) {
    if (instruction.getKeyword() === 'FROM') {
      const [, , name] = instruction.getArguments();
      const root = join(folder, `stage-${stages.length}`);
      await mkdir(root);
      stages.push({ name: name?.getValue() ?? null, image: emptyImage(root) });
      continue;
    }
    const stage = stages.at(-1);
    if (stage === undefined) throw new Error(`${instruction.getKeyword()} comes before the first FROM`);
    await apply(instruction, stage.image, (name) => {
      const source = stages.find((other) => other.name === name);
      if (source === undefined) throw new Error(`there is no stage ${name}`);
      return source.image.root;
    });
  }
  const last = stages.at(-1);
  if (last === undefined) throw new Error(`${containerfile} has no stage`);
  return last.image;
}

function emptyImage(root: string): Image {
  return { root, workdir: '/', environment: {}, user: '', stopSignal: '', entrypoint: [], healthCheck: [] };
}

async function apply(
  instruction: Instruction,
  image: Writable<Image>,
  rootOfStage: (name: string) => string,
): Promise<void> {
  const content = instruction.getArgumentsContent() ?? '';
  switch (instruction.getKeyword()) {
    case 'WORKDIR':
      image.workdir = content;
      await mkdir(join(image.root, content), { recursive: true });
      return;
    case 'RUN':
      await run('sh', ['-euc', instruction.getRawArgumentsContent() ?? ''], {
        cwd: join(image.root, image.workdir),
        maxBuffer: Number.POSITIVE_INFINITY,
      });
      return;
    case 'COPY':
      return copy(instruction as Copy, image, rootOfStage);
    case 'ENV':
      for (const property of (instruction as Env).getProperties())
        image.environment = { ...image.environment, [property.getName()]: property.getValue() ?? '' };
      return;
    case 'USER':
      image.user = content;
      return;
    case 'STOPSIGNAL':
      image.stopSignal = content;
      return;
    case 'ENTRYPOINT':
      image.entrypoint = commandOf(instruction as JSONInstruction);
      return;
    case 'HEALTHCHECK':
      image.healthCheck = JSON.parse(content.slice(content.indexOf('['))) as string[];
      return;
    case 'EXPOSE':
      return;
    default:
      throw new Error(`${instruction.getKeyword()} is not supported`);
  }
}

async function copy(instruction: Copy, image: Image, rootOfStage: (name: string) => string): Promise<void> {
  const stage = instruction.getFromFlag()?.getValue() ?? null;
  const paths = instruction.getArguments().map((argument) => argument.getValue());
  const target = paths.pop() ?? '.';
  const destination = join(image.root, target.startsWith('/') ? '' : image.workdir, target);
  for (const path of paths) {
    const source = stage === null ? path : join(rootOfStage(stage), path);
    // Of a folder the content is copied, of a file the file.
    const isFolder = (await stat(source)).isDirectory();
    const to = !isFolder && target.endsWith('/') ? join(destination, basename(path)) : destination;
    await cp(source, to, { recursive: true, verbatimSymlinks: true });
  }
}

function commandOf(instruction: JSONInstruction): readonly string[] {
  return instruction.getJSONStrings().map((text) => JSON.parse(text.getValue()) as string);
}

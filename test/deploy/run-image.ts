import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from '../../scripts/image/assemble.ts';

/** Prints nothing, and leaves the namespace's first process to the command. $1 is the root, $2 its working directory. */
const ENTER = `
mount --bind "$1" "$1"
mount --rbind /dev "$1/dev"
mount -t proc proc "$1/proc"
mount -o remount,bind,ro "$1"
root="$1" wd="$2" user="$3" group="$4"
shift 4
exec setpriv --no-new-privs unshare --root="$root" --wd="$wd" --setgid="$group" --setuid="$user" -- "$@"
`;

/**
 * The command line that runs a command of the image as a container engine would: as process 1 of its namespace and as the image's
 * user, with a read-only root and no way to more rights. It needs root. The network is this machine's.
 */
export function inContainer(image: Image, command: readonly string[]): [string, ...string[]] {
  for (const folder of ['dev', 'proc']) mkdirSync(join(image.root, folder), { recursive: true });
  const [user = '', group = ''] = image.user.split(':');
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child'];
  const place = [image.root, image.workdir, user, group];
  return ['unshare', ...namespaces, '--', 'sh', '-euc', ENTER, 'sh', ...place, ...command];
}

/** The id, outside the container, of its process 1. */
export function firstProcessOf({ pid }: ChildProcess): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  if (children.length !== 1) throw new Error(`unshare has ${children.length} children`);
  return Number(children[0]);
}

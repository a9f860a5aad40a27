import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../project-root.js';
import { Absent, findServer, type ServerSource } from './find-server.js';
import { unpackedServer } from './unpack-package.js';

const run = promisify(execFile);

/** A server program on this machine, and what its environment needs. */
export interface ServerBinary {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Where a server program may come from: the PATH, else the distribution's package. */
export const binarySources: readonly ServerSource<ServerBinary>[] = [
  { name: 'valkey-server on the PATH', find: () => onPath('valkey-server') },
  { name: 'redis-server on the PATH', find: () => onPath('redis-server') },
  {
    name: "the distribution's package",
    find: () => unpackedServer(join(projectRoot(), '.cache', 'server')),
  },
];

let found: Promise<ServerBinary> | undefined;

/** The server program that tests start, configure and kill. */
export function serverBinary(): Promise<ServerBinary> {
  found ??= findServer(binarySources);
  return found;
}

async function onPath(name: string): Promise<ServerBinary | Absent> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!usable) continue;
    const { stdout } = await run(path, ['--version']);
    const version = /v=(\d+)/.exec(stdout)?.[1];
    if (Number(version) >= 7) return { path, env: {} };
    return new Absent(`${path} is version ${version}; it takes 7 or newer`);
  }
  return new Absent('not there');
}

import { execFile } from 'node:child_process';
import {
  access,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type AptSource,
  distributionSources,
  parseDeb822,
  parseOneLine,
  printOneLine,
} from './apt-sources.js';
import { Absent } from './find-server.js';
import type { ServerBinary } from './server-binary.js';

const run = promisify(execFile);

/** The packages that hold a server in one binary which looks at its own name. */
const candidates = [
  { package: 'valkey-tools', twin: 'valkey-check-rdb', name: 'valkey-server' },
  { package: 'redis-tools', twin: 'redis-check-rdb', name: 'redis-server' },
] as const;

/**
 * The distribution's server (Debian, Ubuntu), unpacked into a cache folder: without root, and
 * without installing anything. Safe to be called by several processes at once.
 */
export async function unpackedServer(cacheFolder: string): Promise<ServerBinary | Absent> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const codename = /^VERSION_CODENAME="?([\w.-]+)"?$/m.exec(release)?.[1];
  if (codename === undefined || (await exists('/usr/bin/apt-get')) === false) {
    return new Absent('this is neither Debian nor Ubuntu');
  }
  const target = join(cacheFolder, `${codename}-${process.arch}`);
  if (!(await exists(target))) {
    await mkdir(cacheFolder, { recursive: true });
    const workshop = await mkdtemp(join(cacheFolder, 'unpacking-'));
    try {
      const absent = await unpack(workshop, codename);
      if (absent !== undefined) return absent;
      await rename(join(workshop, 'root'), target).catch(async (error: unknown) => {
        // Another process was faster; its result is as good.
        if (!(await exists(target))) throw error;
      });
    } finally {
      await rm(workshop, { recursive: true, force: true });
    }
  }
  return describe(target);
}

async function unpack(workshop: string, codename: string): Promise<Absent | undefined> {
  const sources = distributionSources(await machineSources(), codename);
  if (sources.length === 0) return new Absent(`apt has no source for "${codename}"`);
  const apt = await privateApt(workshop, sources);
  // A mirror without backports makes the update fail in part; what it did fetch is enough to try.
  const updated = await apt('apt-get', 'update').then(
    () => '',
    (error: unknown) => ` (apt-get update: ${lastLine(error)})`,
  );
  for (const candidate of candidates) {
    const names = await missingPackages(apt, candidate.package);
    if (names.length === 0) continue;
    await apt('apt-get', 'download', ...names);
    const root = join(workshop, 'root');
    for (const file of await readdir(workshop)) {
      if (file.endsWith('.deb')) await run('dpkg', ['-x', join(workshop, file), root]);
    }
    if (!(await exists(join(root, 'usr/bin', candidate.twin)))) continue;
    await mkdir(join(root, 'bin-server'));
    await symlink(`../usr/bin/${candidate.twin}`, join(root, 'bin-server', candidate.name));
    return undefined;
  }
  return new Absent(`the archives of "${codename}" offer no valkey-tools or redis-tools${updated}`);
}

type Apt = (command: string, ...args: string[]) => Promise<string>;

/** apt with state, cache and sources of its own, so that it neither needs root nor changes the machine. */
async function privateApt(folder: string, sources: readonly AptSource[]): Promise<Apt> {
  const list = join(folder, 'sources.list');
  await writeFile(list, printOneLine(sources));
  await mkdir(join(folder, 'state/lists/partial'), { recursive: true });
  await mkdir(join(folder, 'cache/archives/partial'), { recursive: true });
  const options = [
    `Dir::State=${join(folder, 'state')}`,
    'Dir::State::status=/var/lib/dpkg/status',
    `Dir::Cache=${join(folder, 'cache')}`,
    // Container images turn these off, and then each call parses all lists again.
    'Dir::Cache::pkgcache=pkgcache.bin',
    'Dir::Cache::srcpkgcache=srcpkgcache.bin',
    `Dir::Etc::sourcelist=${list}`,
    'Dir::Etc::sourceparts=-',
    'Acquire::Languages=none',
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
  return async (command, ...args) => {
    const { stdout } = await run(command, [...options, ...args], {
      cwd: folder,
      maxBuffer: 64 * 1024 * 1024,
      timeout: 120_000,
    });
    return stdout;
  };
}

/** A package and what it needs that the machine has not installed; none where it is not on offer. */
async function missingPackages(apt: Apt, name: string): Promise<string[]> {
  const { stdout } = await run('dpkg', ['--get-selections']);
  const seen = new Set(stdout.split('\n').map((line) => line.replace(/[:\s].*/, '')));
  seen.delete(name);
  const missing: string[] = [];
  const visit = async (each: string): Promise<void> => {
    if (seen.has(each)) return;
    seen.add(each);
    const record = await apt('apt-cache', 'show', '--no-all-versions', each).catch(() => '');
    if (record === '') return;
    missing.push(each);
    for (const dependency of dependencies(record)) await visit(dependency);
  };
  await visit(name);
  return missing;
}

/** Names of what a package's record says it depends on; of alternatives the first. */
function dependencies(record: string): string[] {
  return [...record.matchAll(/^(?:Pre-)?Depends: (.*)$/gm)].flatMap(([, list = '']) =>
    list.split(',').map((dependency) => dependency.trim().replace(/[\s:(|].*/, '')),
  );
}

async function machineSources(): Promise<AptSource[]> {
  const parts = await readdir('/etc/apt/sources.list.d').catch(() => []);
  const files = [
    '/etc/apt/sources.list',
    ...parts.map((part) => `/etc/apt/sources.list.d/${part}`),
  ];
  const read = async (file: string): Promise<AptSource[]> => {
    const parse = file.endsWith('.list')
      ? parseOneLine
      : file.endsWith('.sources')
        ? parseDeb822
        : undefined;
    return parse === undefined ? [] : parse(await readFile(file, 'utf8').catch(() => ''));
  };
  return (await Promise.all(files.map(read))).flat();
}

async function describe(root: string): Promise<ServerBinary> {
  const libraries = (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((file) => /\.so(\.|$)/.test(file.name))
    .map((file) => file.parentPath);
  const [name = ''] = await readdir(join(root, 'bin-server'));
  return {
    path: join(root, 'bin-server', name),
    env: { LD_LIBRARY_PATH: [...new Set(libraries)].join(':') },
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function lastLine(error: unknown): string {
  const stderr = (error as { stderr?: unknown }).stderr;
  return (
    String(stderr ?? error)
      .trim()
      .split('\n')
      .at(-1) ?? ''
  );
}

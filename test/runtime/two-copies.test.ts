import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { configure, openBackend, PspfError, shutdown } from '@pspf/runtime';
import { waitFor } from '@pspf/runtime/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { definition, type Job, JobsStream } from '../integration/job-stream.js';

// A monorepo has two copies of a package sooner than one thinks (inngest-js#1241: a 'do not retry' error was retried).

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let other: typeof import('@pspf/runtime');
let OtherStream: typeof import('@pspf/runtime/generated').Stream;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pspf-copy-'));
  await cp(join(root, 'runtime/dist'), join(folder, 'runtime/dist'), { recursive: true });
  await cp(join(root, 'runtime/package.json'), join(folder, 'runtime/package.json'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const load = (file: string) => import(pathToFileURL(join(folder, 'runtime/dist', file)).href);
  other = await load('index.js');
  OtherStream = (await load('generated.js')).Stream;
});

afterEach(async () => {
  await shutdown();
  configure({});
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function otherJobs() {
  return class extends OtherStream<Job> {
    constructor() {
      super(definition);
    }
  };
}

test('two copies share one default, one shutdown and one signal listener', async () => {
  expect(other.shutdown).not.toBe(shutdown);
  const OtherJobs = otherJobs();
  configure({ url: 'memory:two-copies', logger: false });
  const seen: string[] = [];
  const listeners = process.listenerCount('SIGTERM');
  const consumers = [
    JobsStream.consume(({ id }) => seen.push(`one ${id}`), { group: 'one' }),
    OtherJobs.consume(({ id }) => seen.push(`other ${id}`), { group: 'other' }),
  ];
  expect(process.listenerCount('SIGTERM')).toBe(listeners + 1);
  expect(() => other.configure({})).toThrow(expect.objectContaining({ code: 'ALREADY_STARTED' }));
  await JobsStream.emit({ id: 'a' });
  await OtherJobs.emit({ id: 'b' });
  await waitFor(() => seen.length === 4);
  expect(seen.sort()).toEqual(['one a', 'one b', 'other a', 'other b']);
  await other.shutdown();
  expect(consumers.map((consumer) => consumer.stats().state)).toEqual(['stopped', 'stopped']);
  expect(process.listenerCount('SIGTERM')).toBe(listeners);
  const error = await OtherJobs.emit({ id: 'c' }).catch((thrown: unknown) => thrown);
  expect(PspfError.is(error, 'CLOSED')).toBe(true);
});

test('an error of one copy is an error of the other: what must not be retried is not', async () => {
  const backend = openBackend({ url: 'memory:two-copies-errors' });
  const jobs = new JobsStream({ backend, logger: false });
  const consumer = jobs.consume(() => {
    throw new other.RejectError('never');
  });
  await jobs.emit({ id: 'a' });
  await waitFor(() => consumer.stats().deadLettered === 1);
  expect(consumer.stats().failed).toBe(1);
  await jobs.close();
});

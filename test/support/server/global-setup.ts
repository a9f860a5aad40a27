import type { TestProject } from 'vitest/node';
import { containerServer } from './docker.js';
import { Absent, findServer, type ServerSource } from './find-server.js';
import { binarySources } from './server-binary.js';
import { startServer } from './start-server.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A server that all tests share: use key names that nobody else uses, and configure nothing. */
    serverUrl: string;
  }
}

interface SharedServer {
  readonly url: string;
  stop(): Promise<void>;
}

const sources: readonly ServerSource<SharedServer>[] = [
  {
    name: 'PSPF_TEST_URL',
    find: async () => {
      const url = process.env.PSPF_TEST_URL;
      return url ? { url, stop: async () => {} } : new Absent('not set');
    },
  },
  { name: 'Docker', find: containerServer },
  ...binarySources.map(({ name, find }) => ({
    name,
    find: async () => {
      const binary = await find();
      return binary instanceof Absent ? binary : startServer();
    },
  })),
];

/** One server for the whole run. A run that finds none fails: it does not skip. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const server = await findServer(sources);
  provide('serverUrl', server.url);
  return () => server.stop();
}

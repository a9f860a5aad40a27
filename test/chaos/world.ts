import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProxy, type Proxy as TcpProxy } from '../support/proxy.js';
import { type ForeignClient, foreignClient } from '../support/server/foreign-client.js';
import { type RunningServer, startServer } from '../support/server/start-server.js';
import { Fleet } from './fleet.js';
import { type Ledger, openLedger } from './ledger.js';

/** How many of each run; another takes the place of one that ended. */
const PRODUCERS = 2;
const CONSUMERS = 3;

/** Where a run takes place. */
export interface World {
  readonly server: RunningServer;
  /** Between the fleet and the server. */
  readonly proxy: TcpProxy;
  readonly fleet: Fleet;
  /** The suite's own ledger. */
  readonly ledger: Ledger;
  /** Where all ledgers are, and what the processes printed. */
  readonly folder: string;
  /** Ask the server directly, on a connection of its own. */
  ask<T>(question: (client: ForeignClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export async function openWorld(seed: number): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'pspf-chaos-'));
  const ledger = openLedger(folder, 'suite');
  const server = await startServer({ args: ['--appendonly', 'yes', '--appendfsync', 'everysec'] });
  const proxy = await startProxy(server.port);
  const url = `valkey://127.0.0.1:${proxy.port}`;
  const fleet = new Fleet({ url, folder, seed, ledger });
  await Promise.all([
    ...Array.from({ length: CONSUMERS }, () => fleet.start('consumer')),
    ...Array.from({ length: PRODUCERS }, () => fleet.start('producer')),
  ]);
  return {
    server,
    proxy,
    fleet,
    ledger,
    folder,
    async ask(question) {
      const client = await foreignClient({ port: server.port });
      try {
        return await question(client);
      } finally {
        client.disconnect();
      }
    },
    async close() {
      await fleet.close();
      ledger.close();
      await proxy.stop();
      await server.stop();
    },
  };
}

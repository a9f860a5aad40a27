import { ValkeyStreamBackend } from '../../runtime/dist/backend/valkey.js';
import { ValkeyConnector } from '../../runtime/dist/backend/valkey-connector.js';
import type { BackendUnderTest } from '../contract/backend.contract.js';
import { foreignClient } from './server/foreign-client.js';

/** A server as the contract suite sees it: our backends, and a foreign client beside them. */
export async function valkeyUnderTest(url: string): Promise<BackendUnderTest> {
  const { hostname, port, password } = new URL(url);
  const client = await foreignClient({
    host: hostname,
    port: Number(port || 6379),
    password: password === '' ? undefined : decodeURIComponent(password),
  });
  return {
    connect: () => new ValkeyStreamBackend(new ValkeyConnector({ url })),
    entries: async (key) => {
      const entries = await client.xrange(key, '-', '+');
      return entries.map(([id, fields]) => ({ id, fields }));
    },
    deleteEntries: async (key, ids) => {
      await client.xdel(key, ...ids);
    },
    destroyGroup: async ({ key, group }) => {
      await client.xgroup('DESTROY', key, group);
    },
    deleteStream: async (key) => {
      await client.del(key);
    },
    age: async ({ key, group }, ms) => {
      const aged = `
        local pending = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 100000)
        for _, each in ipairs(pending) do
          redis.call('XCLAIM', KEYS[1], ARGV[1], each[2], 0, each[1], 'IDLE', ARGV[2], 'JUSTID')
        end`;
      await client.eval(aged, 1, key, group, ms);
    },
    stop: async () => {
      client.disconnect();
    },
  };
}

import { MemoryStreamBackend } from '../../runtime/dist/backend/memory.js';
import { MemoryStore } from '../../runtime/dist/backend/memory-store.js';
import type { BackendUnderTest } from '../contract/backend.contract.js';

/** A store in memory as the contract suite sees it. */
export function memoryUnderTest(): BackendUnderTest {
  const store = new MemoryStore();
  return {
    connect: () => new MemoryStreamBackend(store),
    entries: async (key) => store.entries(key),
    deleteEntries: async (key, ids) => store.deleteEntries(key, ids),
    destroyGroup: async ({ key, group }) => store.destroyGroup(key, group),
    deleteStream: async (key) => store.deleteStream(key),
    age: async ({ key, group }, ms) => {
      const pending = store.stream(key).groups.get(group)?.pending.values() ?? [];
      for (const entry of pending) entry.deliveredAt -= ms;
    },
    stop: async () => {},
  };
}

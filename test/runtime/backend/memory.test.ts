import { MemoryStreamBackend } from '../../../runtime/dist/backend/memory.js';
import { MemoryStore } from '../../../runtime/dist/backend/memory-store.js';
import { backendContract } from '../../contract/backend.contract.js';

backendContract('memory', async () => {
  const store = new MemoryStore();
  return {
    connect: () => new MemoryStreamBackend(store),
    entries: async (key) => store.entries(key),
    deleteEntries: async (key, ids) => store.deleteEntries(key, ids),
    destroyGroup: async ({ key, group }) => store.destroyGroup(key, group),
    age: async ({ key, group }, ms) => {
      const pending = store.stream(key).groups.get(group)?.pending ?? new Map();
      for (const entry of pending.values()) entry.deliveredAt -= ms;
    },
    stop: async () => {},
  };
});

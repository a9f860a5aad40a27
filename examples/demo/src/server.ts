import { Buffer } from 'node:buffer';
import type { StreamBackend } from '@pspf/runtime';
import { Redis } from 'iovalkey';

/** What the demo does past the generated client: play a foreign producer, look at dead letters, clean up. */
export interface Server {
  /** Append as any client in any language might: `XADD key * data <text>`. */
  foreignAppend(key: string, text: string): Promise<void>;
  /** Every dead letter, as field names to values. */
  deadLetters(dlq: string): Promise<Map<string, string>[]>;
  /** Delete every key of this run. */
  clean(prefix: string): Promise<void>;
}

/** In memory the demo's own backend is the server; else a client of its own talks to it. */
export function serverOf(url: string, backend: StreamBackend): Server {
  const common = { deadLetters: (dlq: string) => readAll(backend, dlq) };
  if (url.startsWith('memory:')) {
    return {
      ...common,
      async foreignAppend(key, text) {
        await backend.append(key, [{ fields: ['data', text], bytes: Buffer.byteLength(text) }]);
      },
      clean: async () => {},
    };
  }
  return {
    ...common,
    foreignAppend: (key, text) =>
      withClient(url, async (client) => {
        await client.xadd(key, '*', 'data', text);
      }),
    clean: (prefix) =>
      withClient(url, async (client) => {
        for await (const keys of client.scanStream({ match: `*${prefix}*`, count: 1000 })) {
          if (keys.length > 0) await client.unlink(...keys);
        }
      }),
  };
}

async function withClient<T>(url: string, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url.replace(/^valkey/, 'redis'), { retryStrategy: () => null });
  client.on('error', () => {}); // each command rejects with it
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}

async function readAll(backend: StreamBackend, key: string): Promise<Map<string, string>[]> {
  const source = { key, group: 'demo' };
  await backend.ensureGroup(source, { from: 'start', dlq: `${key}:dlq` });
  const reader = await backend.openReader(source, 'demo');
  try {
    const deliveries = await reader.read(100, 1);
    return deliveries.map(({ fields }) => {
      const pairs = fields.flatMap((name, i) =>
        i % 2 === 0 ? [[name, fields[i + 1] ?? ''] as const] : [],
      );
      return new Map(pairs);
    });
  } finally {
    await reader.close();
  }
}

import { once } from 'node:events';
import { createServer } from 'node:net';

/** A free port on the loopback interface whose neighbour 10,000 above, the cluster bus, is free too. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    // Below the ephemeral range, where a client's own socket could take it before the server does.
    const port = 12_000 + Math.floor(Math.random() * 10_000);
    if ((await isFree(port)) && (await isFree(port + 10_000))) return port;
  }
  throw new Error('found no free port between 12000 and 22000 after 50 attempts');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

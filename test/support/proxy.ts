import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy on the loopback interface that breaks connections in chosen ways. */
export interface Proxy {
  readonly port: number;
  /** Cut each connection at its server's next answer: the server has acted, and nobody hears of it. */
  cutAtNextAnswer(): void;
  /** Forward nothing more on the connections that are open now, and keep them open. */
  freeze(): void;
  /** End every connection. */
  cut(): void;
  /** Whether new connections are let through; others end at once. They are at first. */
  admit(whether: boolean): void;
  stop(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  cutAtAnswer: boolean;
}

export async function startProxy(targetPort: number): Promise<Proxy> {
  const pairs = new Set<Pair>();
  let admitting = true;
  const cut = (): void => {
    for (const { client, server } of pairs) {
      client.destroy();
      server.destroy();
    }
  };
  const listener = createServer((client) => {
    if (!admitting) {
      client.destroy();
      return;
    }
    const server = connect(targetPort, '127.0.0.1');
    const pair: Pair = { client, server, cutAtAnswer: false };
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    client.on('data', (chunk) => server.write(chunk));
    server.on('data', (chunk) => {
      if (pair.cutAtAnswer) end();
      else client.write(chunk);
    });
    for (const socket of [client, server]) socket.on('close', end).on('error', end);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cutAtNextAnswer() {
      for (const pair of pairs) pair.cutAtAnswer = true;
    },
    freeze() {
      for (const { client, server } of pairs) {
        client.pause();
        server.pause();
      }
    },
    cut,
    admit(whether) {
      admitting = whether;
    },
    async stop() {
      listener.close();
      cut();
    },
  };
}

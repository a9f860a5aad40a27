import { Redis } from 'iovalkey';

/** Some other program's connection: it appends, deletes, configures and looks. */
export type ForeignClient = Redis;

export async function foreignClient(options: {
  readonly host?: string;
  readonly port: number;
  readonly password?: string | undefined;
  readonly ca?: string | undefined;
}): Promise<ForeignClient> {
  const { host = '127.0.0.1', port, password, ca } = options;
  const client = new Redis({
    host,
    port,
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { tls: { ca } }),
    lazyConnect: true,
    retryStrategy: () => null,
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

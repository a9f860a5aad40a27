import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { startServer } from '../support/server/start-server.js';

test('docker-compose.yml starts a Valkey that keeps its data, says when it is healthy, and is not open to the network', async () => {
  const text = await readFile(new URL('../../docker-compose.yml', import.meta.url), 'utf8');
  const { services, volumes } = parse(text);
  const { image, command, ports, volumes: mounts, healthcheck } = services.valkey;
  expect(image).toMatch(/^valkey\/valkey:8/);
  expect(ports).toEqual(['127.0.0.1:6379:6379']);
  const [name, folder] = mounts[0].split(':');
  expect(volumes).toHaveProperty(name);
  expect(folder).toBe('/data');
  expect(healthcheck.test).toEqual(['CMD', 'valkey-cli', '-e', 'ping']);

  const [program, ...args] = command;
  expect(program).toBe('valkey-server');
  const server = await startServer({ args });
  try {
    const client = await server.client();
    const config = async (setting: string) => [await client.config('GET', setting)].flat()[1];
    expect(await config('appendonly')).toBe('yes');
    expect(await config('appendfsync')).toBe('everysec');
    expect(await config('maxmemory-policy')).toBe('noeviction');
  } finally {
    await server.stop();
  }
});

import { expect, test } from 'vitest';
import { Absent, findServer, type ServerSource } from './find-server.js';

const has = (name: string): ServerSource<string> => ({ name, find: async () => name });
const lacks = (name: string, reason: string): ServerSource<string> => ({
  name,
  find: async () => new Absent(reason),
});
const breaks = (name: string): ServerSource<string> => ({
  name,
  find: async () => {
    throw new Error(`${name} broke`);
  },
});

test('the first source that has a server is taken, and later ones are not asked', async () => {
  const asked: string[] = [];
  const watched = (source: ServerSource<string>): ServerSource<string> => ({
    name: source.name,
    find: () => {
      asked.push(source.name);
      return source.find();
    },
  });
  const sources = [lacks('url', 'not set'), breaks('docker'), has('path'), has('package')];
  expect(await findServer(sources.map(watched))).toBe('path');
  expect(asked).toEqual(['url', 'docker', 'path']);
});

test('where no source has one, the error says why each had none and what to install', async () => {
  const searching = findServer([lacks('url', 'not set'), breaks('docker')]);
  await expect(searching).rejects.toThrow(
    /url: not set\n.*docker: Error: docker broke\n.*Install one/s,
  );
});

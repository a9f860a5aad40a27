import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBackendUrl } from '../../../runtime/dist/backend/url.js';

const plain = { kind: 'server', tls: false, username: undefined, password: undefined, db: 0 };

describe('the URL of a backend', () => {
  test.each([
    ['valkey://localhost', { ...plain, host: 'localhost', port: 6379 }],
    ['redis://10.0.0.1:7000/', { ...plain, host: '10.0.0.1', port: 7000 }],
    [
      'valkeys://cache.example/12',
      { ...plain, host: 'cache.example', port: 6379, tls: true, db: 12 },
    ],
    ['rediss://:pw@[::1]:1', { ...plain, host: '::1', port: 1, tls: true, password: 'pw' }],
    ['VALKEY://user@h', { ...plain, host: 'h', port: 6379, username: 'user' }],
    ['memory:', { kind: 'memory', name: 'default' }],
    ['memory:orders', { kind: 'memory', name: 'orders' }],
  ])('%s is understood', (url, expected) => {
    expect(parseBackendUrl(url)).toEqual(expected);
  });

  test('carries any user and password, percent-encoded', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(text, text, (username, password) => {
        const user = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
        expect(parseBackendUrl(`valkey://${user}@h:1/2`)).toMatchObject({
          username,
          password,
          db: 2,
        });
      }),
    );
  });

  test.each([
    'valkey+sentinel://host:26379/main/0?node=host2:26379',
    'valkey+cluster://host:6379?node=host2:6379',
    'rediss+cluster://host',
  ])('%s is not taken for one server', (url) => {
    expect(() => parseBackendUrl(url)).toThrow(
      expect.objectContaining({
        code: 'NOT_SUPPORTED',
        message: expect.stringMatching(/not supported yet/),
      }),
    );
  });

  test.each([
    '',
    'localhost:6379',
    'http://localhost',
    'valkey://',
    'valkey://host/orders',
    'valkey://host?tls=1',
    'valkey://user:12/34@host',
    'valkey://user:se#cret@host',
    'valkey://user:12?secret@host',
    'valkey://user:50%off@host',
    'valkey://host:99999',
  ])('%j is refused, with what to do and without the password', (url) => {
    const refused = expect.objectContaining({
      code: 'INVALID_OPTION',
      message: expect.not.stringMatching(/34@|cret|50%off/),
    });
    expect(() => parseBackendUrl(url)).toThrow(refused);
    expect(() => parseBackendUrl(url)).toThrow(/percent-encoded/);
  });
});

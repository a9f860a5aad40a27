import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { toPspfError } from '../../../runtime/dist/backend/valkey-errors.js';

const address = { system: 'valkey', host: 'cache', port: 6379 } as const;

/** An error as the client library makes it: with the command and its arguments. */
function reply(message: string): Error {
  const command = { name: 'auth', args: ['app', 'hunter2'] };
  return Object.assign(new Error(message), { name: 'ReplyError', command });
}

describe('what a server answers becomes one of our errors', () => {
  test.each([
    ['WRONGPASS invalid username-password pair', 'AUTH', false],
    ['NOAUTH Authentication required.', 'AUTH', false],
    ["NOPERM User app has no permissions to run the 'xadd' command", 'FORBIDDEN', false],
    ['DENIED Redis is running in protected mode', 'FORBIDDEN', false],
    ['WRONGTYPE Operation against a key', 'WRONG_TYPE', false],
    ["NOGROUP No such key 'orders'", 'GROUP_MISSING', true],
    ["READONLY You can't write against a read only replica.", 'NOT_PRIMARY', true],
    ['MASTERDOWN Link with MASTER is down', 'NOT_PRIMARY', true],
    ['LOADING Valkey is loading the dataset in memory', 'NOT_PRIMARY', true],
    ['UNBLOCKED force unblock from blocking operation', 'NOT_PRIMARY', true],
    ["OOM command not allowed when used memory > 'maxmemory'.", 'OUT_OF_MEMORY', true],
    ['MOVED 3999 10.0.0.1:6379', 'NOT_SUPPORTED', false],
    ['CLUSTERDOWN The cluster is down', 'SERVER', true],
    ['BUSY Valkey is busy running a script.', 'SERVER', true],
    ['ERR unknown', 'SERVER', false],
  ])('%s', (text, code, retryable) => {
    const error = toPspfError(reply(text), address, { stream: 'orders', maybeWritten: true });
    expect(error).toMatchObject({ code, retryable, stream: 'orders', maybeWritten: false });
    expect(error.message).toContain('valkey cache:6379');
    expect(error.message).toContain('"orders"');
  });

  test('without the arguments of the command', () => {
    const text = "ERR unknown command 'XADD', with args beginning with: 'orders' '*' 'hunter2'";
    const error = toPspfError(reply(text), address);
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('hunter2');
  });
});

describe('a connection that fails becomes one of our errors', () => {
  test.each([
    ['connect ECONNREFUSED 10.0.0.1:6379', 'ECONNREFUSED', true],
    ['', 'ECONNREFUSED', true],
    ['getaddrinfo ENOTFOUND cache', 'ENOTFOUND', true],
    ['read ECONNRESET', 'ECONNRESET', true],
    ['self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT', false],
    ['Hostname/IP does not match', 'ERR_TLS_CERT_ALTNAME_INVALID', false],
    ['wrong version number', 'ERR_SSL_WRONG_VERSION_NUMBER', false],
  ])('%s %s', (text, code, retryable) => {
    const error = toPspfError(Object.assign(new Error(text), { code }), address, {
      maybeWritten: true,
    });
    expect(error).toMatchObject({ code: 'CONNECTION', retryable, maybeWritten: true });
    expect(error.message).toContain(code);
    expect(error.message).toContain('cache:6379');
  });
});

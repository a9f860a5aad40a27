import { expect, test } from 'vitest';
import { PspfError } from '../../runtime/dist/errors.js';
import { keyReader } from '../../runtime/dist/key.js';

const payload = {
  id: 'o-1',
  number: 1e21,
  flag: false,
  none: null,
  empty: '',
  lines: [{ sku: 'A' }],
  'a/b~c': 'escaped',
  nested: {},
};

test.each([
  ['/id', 'o-1'],
  ['/number', '1e+21'],
  ['/flag', 'false'],
  ['/none', undefined],
  ['/empty', ''],
  ['/missing', undefined],
  ['/missing/deeper', undefined],
  ['/id/length', undefined],
  ['/lines/0/sku', 'A'],
  ['/a~1b~0c', 'escaped'],
  ['/constructor', undefined],
  [undefined, undefined],
])('the key at %j is %j', (pointer, key) => {
  expect(keyReader('orders', pointer)(payload)).toBe(key);
});

test.each(['/nested', '/lines', ''])('an object or array at %j is no key', (pointer) => {
  let error: unknown;
  try {
    keyReader('orders', pointer)(payload);
  } catch (thrown) {
    error = thrown;
  }
  expect(PspfError.is(error, 'INVALID_PAYLOAD') && error.issues[0]?.pointer).toBe(pointer);
});

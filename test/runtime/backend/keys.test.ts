import { expect, test } from 'vitest';
import { companionKey, streamKeys } from '../../../runtime/dist/backend/keys.js';

test.each([
  ['orders', {}, { stream: 'orders', dlq: '{orders}:dlq' }],
  ['orders', { keyPrefix: 'staging:' }, { stream: 'staging:orders', dlq: '{staging:orders}:dlq' }],
  ['{shop}:orders', {}, { stream: '{shop}:orders', dlq: '{shop}:orders:dlq' }],
  ['{shop}:orders', { keyPrefix: 'a:' }, { stream: 'a:{shop}:orders', dlq: 'a:{shop}:orders:dlq' }],
  ['orders', { dlq: 'dead' }, { stream: 'orders', dlq: 'dead' }],
  ['orders', { dlq: 'dead', keyPrefix: 'a:' }, { stream: 'a:orders', dlq: 'a:dead' }],
])('%s with %j has the keys %j', (name, options, expected) => {
  expect(streamKeys(name, options)).toEqual(expected);
});

test('what belongs to a stream is named after it', () => {
  expect(companionKey('orders', 'replay:billing')).toBe('{orders}:replay:billing');
});

test('a name whose braces are no hash tag is refused, since its dead letters would go to another slot', () => {
  for (const key of ['{}orders', 'a}b', '{}']) {
    expect(() => companionKey(key, 'dlq')).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
  }
});

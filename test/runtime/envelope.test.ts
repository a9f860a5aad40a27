import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, encode } from '../../runtime/dist/envelope.js';
import { PspfError } from '../../runtime/dist/errors.js';

const deliver = (fields: readonly string[], key = 'orders') =>
  decode({
    source: { key, group: 'workers' },
    token: { id: '17-0', consumer: 'c', count: 1 },
    fields,
  });

const text = fc.string({ unit: 'grapheme' });

describe('an entry', () => {
  test('reads back as it was written, and its size is that of its fields', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.option(text, { nil: undefined }),
        fc.dictionary(fc.oneof(text, fc.constantFrom('__proto__', 'data', 'constructor')), text),
        (payload, key, headers) => {
          const entry = encode({
            text: JSON.stringify(payload),
            schema: '0123456789abcdef',
            key,
            headers,
            fields: new Map([['traceparent', '00-aa-bb-01']]),
          });
          const envelope = deliver(entry.fields);
          expect(envelope.parse()).toEqual(JSON.parse(JSON.stringify(payload)));
          expect(envelope.schema).toBe('0123456789abcdef');
          expect(envelope.key).toBe(key);
          expect(Object.entries(envelope.headers)).toEqual(Object.entries(headers));
          expect(envelope.traceparent).toBe('00-aa-bb-01');
          expect(envelope.origin).toBe('orders/17-0');
          expect(entry.bytes).toBe(Buffer.byteLength(entry.fields.join('')));
        },
      ),
    );
  });

  test('of a foreign producer needs `data` alone; its other fields are kept and not obeyed', () => {
    const fields = ['group', 'other', 'data', '"123"', 'attempts', '99'];
    const envelope = deliver(fields);
    expect(envelope.parse()).toBe('123');
    expect(envelope.raw).toBe(fields);
    expect(envelope).toMatchObject({ schema: undefined, key: undefined, origin: 'orders/17-0' });
    expect({ ...envelope.headers }).toEqual({});
  });

  test.each([
    ['no `data`', ['payload', '{}'], 'has no field `data`'],
    ['no field at all', [], 'has no field `data`'],
    ['no JSON', ['data', 'secret-token'], 'not JSON'],
    ['empty text', ['data', ''], 'not JSON'],
    ['two `data` fields', ['data', '1', 'data', '2'], 'more than one'],
  ])('with %s is undecodable, and its text stays out of the error', (_, fields, message) => {
    const envelope = deliver(fields);
    let error: unknown;
    try {
      envelope.parse();
    } catch (thrown) {
      error = thrown;
    }
    expect(PspfError.is(error, 'UNDECODABLE') && error.id).toBe('17-0');
    expect(String(error)).toContain(message);
    expect(`${error} ${error instanceof Error ? error.cause : ''}`).not.toContain('secret');
  });
});

describe('the origin', () => {
  test('of a dead letter is the entry that failed', () => {
    const fields = ['data', '1', 'dlq:stream', 'shop/orders', 'dlq:id', '5-1'];
    expect(deliver(fields, '{orders}:dlq')).toMatchObject({
      origin: 'shop/orders/5-1',
      originStream: 'shop/orders',
      originId: '5-1',
    });
  });

  test('of a replayed entry is what it replays', () => {
    const fields = ['data', '1', 'replay:of', 'shop/orders/5-1'];
    expect(deliver(fields, '{orders}:replay:workers')).toMatchObject({
      origin: 'shop/orders/5-1',
      originStream: 'shop/orders',
      originId: '5-1',
    });
  });

  test.each(['', '/', 'nonsense', '/5-1'])('is its own place where `replay:of` is %j', (of) => {
    expect(deliver(['data', '1', 'replay:of', of]).origin).toBe('orders/17-0');
  });
});

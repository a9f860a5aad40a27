import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PspfError } from '../../runtime/dist/errors.js';
import { toWire } from '../../runtime/dist/payload.js';

const odd = fc.oneof(
  fc.constantFrom(undefined, Number.NaN, Number.POSITIVE_INFINITY, -0),
  fc.date(),
  fc.constant(() => 1),
  fc.constant(Symbol('s')),
  fc.constant(new Number(5)),
  fc.constant(new String('boxed')),
  fc.constant(new Map([[1, 2]])),
  fc.constant(Buffer.from('bytes')),
  fc.constant(
    new (class Money {
      readonly amount = 5;
      get shown() {
        return 'not on the wire';
      }
    })(),
  ),
  fc.constant({ toJSON: () => ({ replaced: true }) }),
  fc.constant({ toJSON: () => undefined }),
  fc.constant(Object.defineProperty({ seen: 1 }, 'hidden', { value: 2 })),
  fc.constant(Object.defineProperty({ seen: 1 }, 'toJSON', { value: () => 'hidden toJSON' })),
  fc.constant(new Proxy({ a: [1, undefined] }, {})),
  fc.constant(Object.assign(new Array(3), { 2: 'after holes' })),
  fc.constant(JSON.parse('{"__proto__": {"polluted": 1}}')),
  fc.constant(Object.assign([1], { toJSON: () => 'array toJSON', extra: 2 })),
);

const payloads = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.jsonValue(),
    fc.string({ unit: 'binary' }),
    odd,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('toJSON', '__proto__', 'a')),
      tie('value'),
      {
        maxKeys: 4,
        noNullPrototype: false,
      },
    ),
  ),
})).value;

/** Validators take a member that is `undefined` for absent. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutUndefined(member)]));
}

describe('what is validated is what is on the wire', () => {
  test('text is JSON.stringify of the payload, value is JSON.parse of the text but for undefined members', () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        const expected = JSON.stringify(payload);
        if (expected === undefined) {
          expect(() => toWire('orders', payload)).toThrow(PspfError);
          return;
        }
        const wire = toWire('orders', payload);
        expect(wire.text).toBe(expected);
        expect(withoutUndefined(wire.value)).toStrictEqual(JSON.parse(expected));
      }),
      { numRuns: 2_000 },
    );
  });

  test('a getter that answers differently each time cannot come between the two', () => {
    let reads = 0;
    const payload = {
      get id() {
        reads += 1;
        return reads;
      },
    };
    const wire = toWire('orders', payload);
    expect(wire.value).toEqual(JSON.parse(wire.text));
  });

  test('the original may change after the call', () => {
    const payload = { lines: [{ sku: 'a' }] };
    const wire = toWire('orders', payload);
    payload.lines.push({ sku: 'b' });
    expect(wire.value).toEqual({ lines: [{ sku: 'a' }] });
  });

  test('depth is no limit of ours', () => {
    let payload: unknown = 1;
    for (let i = 0; i < 1_000; i++) payload = [payload];
    expect(toWire('orders', payload).text).toBe(JSON.stringify(payload));
  });
});

describe('what cannot be written is refused, naming the place', () => {
  const cyclic: { lines: unknown[] } = { lines: [{ sku: 'a' }] };
  cyclic.lines.push({ order: cyclic });
  const bottomless: unknown[] = [];
  bottomless.push(bottomless);
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];

  test.each([
    ['a BigInt', { lines: [{ quantity: 1 }, { 'a/b~': 2n }] }, '/lines/1/a~1b~0 is a BigInt'],
    ['a BigInt alone', 5n, 'the payload is a BigInt'],
    ['a cycle', cyclic, '/lines/1/order refers back'],
    ['a cycle of one', bottomless, '/0 refers back'],
    ['undefined', undefined, 'it is undefined'],
    ['a function', () => 1, 'it is a function'],
    ['a symbol', Symbol('x'), 'it is a symbol'],
    ['endless depth', deep, 'too large or nested too deeply'],
    [
      'a throwing toJSON',
      {
        id: 'o-1',
        total: {
          toJSON() {
            throw new Error('no');
          },
        },
      },
      'throws within or after /id',
    ],
    [
      'a throwing getter',
      {
        id: 'o-1',
        get total() {
          throw new Error('no');
        },
      },
      'throws within or after /id',
    ],
  ])('%s', (_, payload, message) => {
    let error: unknown;
    try {
      toWire('orders', payload);
    } catch (thrown) {
      error = thrown;
    }
    expect(PspfError.is(error, 'UNSERIALIZABLE')).toBe(true);
    expect(String(error)).toContain(message);
    expect(String(error)).toContain('orders');
  });
});

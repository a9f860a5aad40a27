import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allotNames, type NameRequest } from '../../codegen/dist/names.js';

/** Definitions as `id: [module of each user], name, …alternatives`. */
function request(
  definitions: Record<string, { users: string[]; names: [string, ...string[]] }>,
  roots: Record<string, string> = {},
): NameRequest {
  const entries = Object.entries(definitions);
  return {
    users: new Map(entries.map(([id, { users }]) => [id, new Set(users)])),
    definitions: new Map(
      entries.map(([id, { names }]) => {
        const [name, ...alternatives] = names;
        return [id, { id, name, alternatives, schema: true }];
      }),
    ),
    roots: new Map(Object.entries(roots)),
    classes: new Map(Object.keys(roots).map((module) => [module, `${module}Stream`])),
  };
}

const typesOf = (names: ReturnType<typeof allotNames>): Record<string, string> =>
  Object.fromEntries([...names].map(([id, { module, type }]) => [id, `${module}.${type}`]));

describe('names of generated types', () => {
  test('two of one name both take the longer name from their paths', () => {
    const names = allotNames(
      request({
        x: { users: ['orders'], names: ['Item', 'XItem'] },
        y: { users: ['orders'], names: ['Item', 'YItem'] },
      }),
    );
    expect(typesOf(names)).toEqual({ x: 'orders.XItem', y: 'orders.YItem' });
  });

  test('the same name may stand in two modules', () => {
    const names = allotNames(
      request({
        a: { users: ['orders'], names: ['Item', 'OrdersItem'] },
        b: { users: ['returns'], names: ['Item', 'ReturnsItem'] },
      }),
    );
    expect(typesOf(names)).toEqual({ a: 'orders.Item', b: 'returns.Item' });
  });

  test('what several streams use has one home and hides nothing of theirs', () => {
    const names = allotNames(
      request({
        a: { users: ['orders', 'returns'], names: ['Address'] },
        b: { users: ['orders'], names: ['Address', 'OrdersAddress'] },
      }),
    );
    expect(typesOf(names)).toEqual({ a: '_shared.Address', b: 'orders.OrdersAddress' });
  });

  test('a payload keeps its name before its parts', () => {
    const names = allotNames(
      request(
        {
          root: { users: ['orders'], names: ['Order'] },
          part: { users: ['orders'], names: ['Order', 'ParentOrder'] },
        },
        { orders: 'root' },
      ),
    );
    expect(typesOf(names)).toEqual({ root: 'orders.Order', part: 'orders.ParentOrder' });
  });

  test('names are unique in every scope and do not depend on the order of meeting', () => {
    const definition = fc.record({
      users: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
      names: fc
        .array(fc.constantFrom('Item', 'Stream', 'aStream', 'Order'), { maxLength: 3 })
        .map((longer): [string, ...string[]] => ['Item', ...longer]),
    });
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), definition, { maxKeys: 8 }),
        (definitions) => {
          const names = typesOf(allotNames(request(definitions)));
          const reversed = Object.fromEntries(Object.entries(definitions).reverse());
          expect(typesOf(allotNames(request(reversed)))).toEqual(names);
          expect(new Set(Object.values(names)).size).toBe(Object.keys(definitions).length);
        },
      ),
    );
  });
});

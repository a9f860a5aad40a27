import { expect, test } from 'vitest';
import { nameDefinition, pascalCase } from '../../../codegen/dist/schema/naming.js';
import { MemoryLoader } from '../../support/memory-loader.js';

function names(pointer: string, document: unknown, title?: string, module?: string): string[] {
  const file = new MemoryLoader({ 'x.json': document }).open('/x.json').value;
  if (file === undefined) throw new Error('cannot be read');
  const value = title === undefined ? {} : { title };
  const place = { file, pointer };
  const { name, alternatives } = nameDefinition({
    place,
    path: '../common/shop.schema.json',
    value,
    module,
  });
  return [name, ...alternatives];
}

test.each([
  ['order-line', 'OrderLine'],
  ['orderLine', 'OrderLine'],
  ['ORDER_LINE', 'OrderLine'],
  ['SKU', 'SKU'],
  ['Order v2 (draft)', 'OrderV2Draft'],
  ['größe', 'Größe'],
  ['*/ alert(1) /*', 'Alert1'],
])('%s becomes %s', (text, name) => {
  expect(pascalCase(text)).toBe(name);
});

test.each<[string, string[], string[]]>([
  ['a whole file is called after it', names('', {}), ['Shop', 'CommonShop']],
  ['a payload after its module', names('/payload', {}, undefined, 'orders'), ['OrdersPayload']],
  [
    'a title comes first',
    names('/$defs/line', {}, 'Order line'),
    ['OrderLine', 'Line', 'ShopLine', 'CommonShopLine'],
  ],
  [
    'a sentence is no name',
    names('/$defs/line', {}, 'What stands in one line of an order'),
    ['Line', 'ShopLine', 'CommonShopLine'],
  ],
  [
    'a property of a definition',
    names('/$defs/order/properties/item', {}),
    ['Item', 'OrderItem', 'ShopOrderItem', 'CommonShopOrderItem'],
  ],
  [
    'items of a property',
    names('/properties/lines/items', { properties: { lines: { items: {} } } }),
    ['LinesItem', 'ShopLinesItem', 'CommonShopLinesItem'],
  ],
  [
    'a branch',
    names('/properties/a/oneOf/1', { properties: { a: { oneOf: [{}, {}] } } }),
    ['AOption2', 'ShopAOption2', 'CommonShopAOption2'],
  ],
  [
    'a property called like a keyword',
    names('/properties/items', {}),
    ['Items', 'ShopItems', 'CommonShopItems'],
  ],
  [
    'a name that TypeScript has taken',
    names('/$defs/Date', {}, 'Record'),
    ['ShopDate', 'CommonShopDate'],
  ],
  ['a name that begins with a digit', names('/$defs/3d', {}), ['Shop3d', 'CommonShop3d']],
])('%s', (_, given, expected) => {
  expect(given).toEqual(expected);
});

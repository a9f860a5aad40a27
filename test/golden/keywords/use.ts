import assert from 'node:assert/strict';
import { PspfError } from '@pspf/runtime';
import { MemoryStreamBackend } from '@pspf/runtime/testing';
import { type OddPayload, OddNamesStream } from './expected/index.js';

const odd: OddPayload = JSON.parse('{"kebab-case":"a","__proto__":true,"x-trace":"1"}');

export default async function use(): Promise<void> {
  const stream = new OddNamesStream({ backend: new MemoryStreamBackend() });
  await stream.emit(odd);
  await stream.emit({ ...odd, pair: ['a', 1], price: 19.99, tags: ['main', 'other'] });
  const refused: [string, unknown][] = [
    ['/price', { ...odd, price: 0.001 }],
    ['/tags', { ...odd, tags: ['main', 'main'] }],
    ['/pair/1', { ...odd, pair: ['a', 1.5] }],
    ['/tree/children/0/value', { ...odd, tree: { value: 1, children: [{}] } }],
    ['/__proto__', { 'kebab-case': 'a' }],
  ];
  for (const [pointer, payload] of refused) {
    await assert.rejects(
      stream.emit(payload as OddPayload),
      (error) => PspfError.is(error) && error.issues[0]?.pointer === pointer,
    );
  }
  await stream.close();
}

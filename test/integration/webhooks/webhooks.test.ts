import { readFileSync } from 'node:fs';
import { beforeAll, expect, inject, onTestFinished, test, vi } from 'vitest';
import { ValkeyStreamBackend } from '../../../runtime/dist/backend/valkey.js';
import { ValkeyConnector } from '../../../runtime/dist/backend/valkey-connector.js';
import { validatePayload } from '../../../runtime/dist/validation.js';
import { breakRandomly } from './broken-copies.js';
import {
  examplePayloads,
  generateProject,
  judge,
  SCHEMA_FILE,
  type WebhooksProject,
} from './project.js';
import { tagFinder } from './tags.js';

let project: WebhooksProject;
let accepts: (payload: unknown) => boolean;
let valid: readonly unknown[];
let invalid: readonly unknown[];

beforeAll(async () => {
  project = await generateProject();
  accepts = judge();
  const payloads = examplePayloads();
  valid = payloads.filter(accepts);
  invalid = payloads.filter((payload) => !accepts(payload));
}, 120_000);

test('every GitHub webhook that ajv accepts is valid, and no other', () => {
  expect([valid.length, invalid.length]).toEqual([276, 53]);
  for (const payload of valid)
    expect(validatePayload(project.validator, payload, 'write')).toBe(undefined);
  for (const payload of invalid) {
    expect(validatePayload(project.validator, payload, 'write')?.length).toBeGreaterThan(0);
  }
});

test('the first issue of a broken webhook points at the broken field', () => {
  const tagsOf = tagFinder(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')));
  const random = seeded(276);
  const told = valid.map((payload) => {
    const broken = breakRandomly(payload, tagsOf(payload), accepts, random);
    const [issue] = validatePayload(project.validator, broken.payload, 'write') ?? [];
    return { broken: broken.pointer, told: issue?.pointer };
  });
  const exact = told.filter(({ broken, told }) => broken === told);
  const astray = told.filter(
    ({ broken, told }) => told === undefined || !`${broken}/`.startsWith(`${told}/`),
  );
  expect(astray).toEqual([]);
  expect(exact.length / told.length).toBeGreaterThanOrEqual(0.9);
});

test('every valid webhook goes through a server and comes back as it was; no other leaves', async () => {
  const backend = new ValkeyStreamBackend(new ValkeyConnector({ url: inject('serverUrl') }));
  onTestFinished(() => backend.close());
  const keyPrefix = `webhooks-${process.pid}:`;
  await using webhooks = new project.Webhooks({ backend, keyPrefix, logger: false });
  for (const payload of invalid) {
    await expect(webhooks.emit(payload)).rejects.toMatchObject({ code: 'INVALID_PAYLOAD' });
  }
  const results = await Promise.all(valid.map((payload) => webhooks.emit(payload)));

  const received = new Map<string, unknown>();
  const consumer = webhooks.consume((payload, { id }) => received.set(id, payload));
  await vi.waitUntil(() => consumer.stats().done === valid.length, { timeout: 20_000 });
  await consumer.stop();
  expect(received.size).toBe(276);
  expect(results.map(({ id }) => received.get(id))).toEqual(valid);
});

/** mulberry32: the same numbers on every machine. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

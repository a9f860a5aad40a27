import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type {
  ClaimResult,
  Delivery,
  Source,
  StreamBackend,
  Token,
  Verdict,
} from '../../../runtime/dist/backend/backend.js';
import type { BackendUnderTest } from '../../contract/backend.contract.js';
import { memoryUnderTest } from '../../support/memory-under-test.js';
import { valkeyUnderTest } from '../../support/valkey-under-test.js';

// Whoever tests on memory must be able to rely on the server doing the same.

let under: readonly BackendUnderTest[];
let backends: readonly StreamBackend[];

beforeAll(async () => {
  under = [memoryUnderTest(), await valkeyUnderTest(inject('serverUrl'))];
  backends = under.map((each) => each.connect());
});

afterAll(async () => {
  for (const backend of backends) await backend.close();
  for (const each of under) await each.stop();
});

const consumer = fc.constantFrom('a', 'b', 'c');
const count = fc.integer({ min: 1, max: 12 });
/** Picks among the tokens seen so far, old ones included. */
const picks = fc.array(fc.nat({ max: 1_000 }), { maxLength: 8 });
const verdict = fc.constantFrom('done', 'done', 'release', 'dead');

const step = fc.oneof(
  fc.record({ do: fc.constant('append'), count }),
  fc.record({ do: fc.constant('read'), consumer, count }),
  fc.record({ do: fc.constant('read'), consumer, count }),
  fc.record({ do: fc.constant('settle'), picks, verdict }),
  fc.record({ do: fc.constant('settle'), picks, verdict }),
  fc.record({ do: fc.constant('restart'), picks }),
  fc.record({ do: fc.constant('extend'), picks }),
  fc.record({ do: fc.constant('claim'), consumer, count, from: fc.constantFrom('idle', 'own') }),
  fc.record({ do: fc.constant('inlet'), consumer, count }),
  fc.record({ do: fc.constant('leave'), consumer }),
  fc.record({ do: fc.constant('reap') }),
  fc.record({ do: fc.constant('trim'), count }),
  fc.record({ do: fc.constant('delete'), picks }),
);

type Step = {
  readonly do: string;
  readonly consumer?: string;
  readonly count?: number;
  readonly picks?: readonly number[];
  readonly verdict?: string;
  readonly from?: string;
};

/** One backend going through a scenario. Ids differ between backends, so entries go by the order of their append. */
class Run {
  readonly source: Source = { key: `orders-${randomUUID()}`, group: 'workers' };
  readonly dlq = `{${this.source.key}}:dlq`;
  readonly backend: StreamBackend;
  readonly under: BackendUnderTest;
  readonly #ids: string[] = [];
  readonly #tokens: Token[] = [];

  constructor(backend: StreamBackend, beside: BackendUnderTest) {
    this.backend = backend;
    this.under = beside;
  }

  async take(step: Step): Promise<unknown> {
    const { backend, source } = this;
    const { consumer = '', count = 0, picks = [] } = step;
    const tokens = this.#pick(picks);
    switch (step.do) {
      case 'append': {
        const entries = Array.from({ length: count }, (_, index) => ({
          fields: ['data', String(this.#ids.length + index)],
          bytes: 10,
        }));
        const results = await backend.append(source.key, entries);
        for (const result of results) if (result.status === 'appended') this.#ids.push(result.id);
        return results.map(({ status }) => status);
      }
      case 'read': {
        const reader = await backend.openReader(source, consumer);
        const deliveries = await reader.read(count, 0);
        await reader.close();
        return this.#seen(deliveries);
      }
      case 'settle':
        return backend.settle(
          source,
          tokens.map((token) => ({ token, verdict: this.#verdict(step.verdict, token) })),
        );
      case 'restart': {
        const restarted = await backend.restart(source, tokens);
        for (const token of restarted) if (token !== undefined) this.#tokens.push(token);
        return restarted.map((token) => token && this.#tell(token));
      }
      case 'extend': {
        const lost = await backend.extend(source, tokens);
        return lost.map(({ token, why }) => [this.#tell(token), why]);
      }
      case 'claim':
        return this.#claim(consumer, count, step.from === 'own');
      case 'inlet':
        return this.#seen(await backend.inlet(source, consumer, count));
      case 'leave':
        return backend.leave(source, consumer);
      case 'reap':
        await backend.reap(source, 0);
        return undefined;
      case 'trim':
        return backend.trim(source.key, count * 3);
      default: {
        const ids = tokens.map(({ id }) => id);
        if (ids.length > 0) await this.under.deleteEntries(source.key, ids);
        return ids.length;
      }
    }
  }

  async state(): Promise<unknown> {
    const { length, pending, consumers } = await this.backend.inspect(this.source);
    const entries = await this.under.entries(this.source.key);
    const dead = await this.under.entries(this.dlq);
    return {
      length,
      pending,
      // Whether an empty claim leaves a name behind differs from server to server.
      consumers: consumers
        .filter(({ pending: own }) => own > 0)
        .map((each) => [each.name, each.pending])
        .sort(),
      entries: entries.map(({ id, fields }) => [this.#ids.indexOf(id), fields]),
      dead: dead.map(({ fields }) => fields.slice(0, -2)),
    };
  }

  async #claim(consumer: string, count: number, own: boolean): Promise<unknown> {
    const pages: ClaimResult[] = [];
    let cursor = '';
    do {
      const page = await this.backend.claim(
        this.source,
        consumer,
        own ? { from: 'own', count, cursor } : { from: 'idle', minIdle: 0, count, cursor },
      );
      pages.push(page);
      cursor = page.cursor;
    } while (cursor !== '');
    return [
      pages.flatMap(({ deliveries }) => this.#seen(deliveries)),
      pages.flatMap(({ trimmed }) => trimmed.map((id) => this.#ids.indexOf(id))),
    ];
  }

  #seen(deliveries: readonly Delivery[]): unknown[] {
    for (const { token } of deliveries) this.#tokens.push(token);
    return deliveries.map(({ token, fields }) => [this.#tell(token), fields]);
  }

  #tell({ id, consumer, count }: Token): unknown {
    return [this.#ids.indexOf(id), consumer, count];
  }

  /** Each entry at most once in a call. */
  #pick(picks: readonly number[]): Token[] {
    const byId = new Map<string, Token>();
    for (const pick of picks) {
      const token = this.#tokens[pick % Math.max(1, this.#tokens.length)];
      if (token !== undefined) byId.set(token.id, token);
    }
    return [...byId.values()];
  }

  #verdict(kind: string | undefined, token: Token): Verdict {
    if (kind === 'release') return { kind: 'release', count: Math.max(0, token.count - 1) };
    if (kind !== 'dead') return { kind: 'done' };
    return {
      kind: 'dead',
      dlq: this.dlq,
      maxLength: 1_000,
      originStream: 'orders',
      originId: '1-1',
      attempts: token.count,
      reason: 'failed',
      error: 'no',
    };
  }
}

test('memory and a server answer the same to whatever is done', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }),
      async (steps) => {
        const runs = backends.map((backend, index) => {
          const beside = under[index];
          if (beside === undefined) throw new Error('one each');
          return new Run(backend, beside);
        });
        for (const { source, dlq, backend } of runs) {
          await backend.ensureGroup(source, { from: 'start', dlq });
        }
        for (const each of steps) {
          const [memory, server] = await Promise.all(runs.map((run) => run.take(each)));
          expect(memory).toEqual(server);
        }
        const [memory, server] = await Promise.all(runs.map((run) => run.state()));
        expect(memory).toEqual(server);
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);

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
import { replaySource } from '../../../runtime/dist/backend/keys.js';
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
  fc.record({
    do: fc.constant('claim'),
    consumer,
    count,
    from: fc.constantFrom('idle', 'own'),
    replays: fc.boolean(),
  }),
  fc.record({ do: fc.constant('inlet'), consumer, count }),
  fc.record({ do: fc.constant('replay'), picks }),
  fc.record({ do: fc.constant('replay'), picks }),
  fc.record({ do: fc.constant('list'), count }),
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
  readonly replays?: boolean;
};

/** How a scenario begins: with nothing, or in the middle of things. */
const beginning = fc.constantFrom<Step[]>(
  [],
  [
    { do: 'append', count: 9 },
    { do: 'read', consumer: 'a', count: 9 },
    { do: 'settle', picks: [0, 1, 2, 3, 4, 5, 6], verdict: 'dead' },
    { do: 'replay', picks: [5, 0, 1, 1] },
    { do: 'inlet', consumer: 'b', count: 2 },
  ],
);

interface Held {
  readonly source: Source;
  readonly token: Token;
}

/** One backend going through a scenario. Ids differ between backends, so entries have names. */
class Run {
  readonly source: Source;
  readonly replays: Source;
  readonly dlq: string;
  readonly backend: StreamBackend;
  readonly under: BackendUnderTest;
  readonly #names = new Map<string, string>();
  readonly #held: Held[] = [];

  constructor(key: string, backend: StreamBackend, beside: BackendUnderTest) {
    this.source = { key, group: 'workers' };
    this.replays = replaySource(this.source);
    this.dlq = `{${key}}:dlq`;
    this.backend = backend;
    this.under = beside;
  }

  async take(step: Step): Promise<unknown> {
    const { backend, source } = this;
    const { consumer = '', count = 0, picks = [] } = step;
    switch (step.do) {
      case 'append': {
        const entries = Array.from({ length: count }, (_, index) => ({
          fields: ['data', String(this.#names.size + index)],
          bytes: 10,
        }));
        const results = await backend.append(source.key, entries);
        for (const result of results)
          if (result.status === 'appended') this.#name(source, result.id);
        return results.map(({ status }) => status);
      }
      case 'read': {
        const reader = await backend.openReader(source, consumer);
        const deliveries = await reader.read(count, 0);
        await reader.close();
        return this.#seen(deliveries);
      }
      case 'settle':
        return this.#each(picks, (from, tokens) =>
          backend.settle(
            from,
            tokens.map((token) => ({ token, verdict: this.#verdict(step.verdict, token) })),
          ),
        );
      case 'restart':
        return this.#each(picks, async (from, tokens) => {
          const restarted = await backend.restart(from, tokens);
          for (const token of restarted) if (token) this.#held.push({ source: from, token });
          return restarted.map((token) => token && this.#tell(from, token));
        });
      case 'extend':
        return this.#each(picks, async (from, tokens) => {
          const lost = await backend.extend(from, tokens);
          return lost.map(({ token, why }) => [this.#tell(from, token), why]);
        });
      case 'claim':
        return this.#claim(step.replays ? this.replays : source, consumer, count, step.from);
      case 'inlet':
        return this.#seen(await backend.inlet(source, consumer, count));
      case 'replay':
        return this.#replay(picks);
      case 'list':
        return this.#list(count);
      case 'leave':
        return [await backend.leave(source, consumer), await backend.leave(this.replays, consumer)];
      case 'reap':
        await backend.reap(source, 0);
        await backend.reap(this.replays, 0);
        return undefined;
      case 'trim':
        return backend.trim(source.key, count * 3);
      default:
        return this.#each(picks, async (from, tokens) => {
          const ids = tokens.map(({ id }) => id);
          if (ids.length > 0) await this.under.deleteEntries(from.key, ids);
          return ids.length;
        });
    }
  }

  async state(): Promise<unknown> {
    const dead = await this.under.entries(this.dlq);
    return {
      stream: await this.#stateOf(this.source),
      replays: await this.#stateOf(this.replays),
      dead: dead.map(({ fields }) => fields.slice(0, -2)),
    };
  }

  async #stateOf(source: Source): Promise<unknown> {
    const { length, pending, consumers } = await this.backend.inspect(source);
    const entries = await this.under.entries(source.key);
    return {
      length,
      pending,
      // Whether an empty claim leaves a name behind differs from server to server.
      consumers: consumers
        .filter(({ pending: own }) => own > 0)
        .map((each) => [each.name, each.pending])
        .sort(),
      entries: entries.map(({ id, fields }) => [this.#nameOf(source, id), fields]),
    };
  }

  async #claim(
    source: Source,
    consumer: string,
    count: number,
    from: string | undefined,
  ): Promise<unknown> {
    const pages: ClaimResult[] = [];
    let cursor = '';
    do {
      const page = await this.backend.claim(
        source,
        consumer,
        from === 'own'
          ? { from: 'own', count, cursor }
          : { from: 'idle', minIdle: 0, count, cursor },
      );
      pages.push(page);
      cursor = page.cursor;
    } while (cursor !== '');
    return [
      pages.flatMap(({ deliveries }) => this.#seen(deliveries)),
      pages.flatMap(({ trimmed }) => trimmed.map((id) => this.#nameOf(source, id))),
    ];
  }

  /** Some that are there, and one that never was. */
  async #replay(picks: readonly number[]): Promise<unknown> {
    const { dlq } = this;
    const letters = await this.under.entries(dlq);
    const ids = picks.map((pick) => letters[pick % (letters.length + 1)]?.id ?? '1-1');
    const outcomes = await this.backend.replay(this.source, { dlq, ids });
    for (const outcome of outcomes)
      if (outcome.status === 'replayed') this.#name(this.replays, outcome.id);
    return outcomes.map(({ status }) => status);
  }

  async #list(count: number): Promise<unknown> {
    const letters: unknown[] = [];
    let cursor = '';
    do {
      const page = await this.backend.deadLetters(this.source, { dlq: this.dlq, cursor, count });
      letters.push(...page.letters.map(({ origin, attempts }) => [origin, attempts]));
      cursor = page.cursor;
    } while (cursor !== '');
    return letters;
  }

  #name({ key }: Source, id: string): void {
    this.#names.set(`${key}/${id}`, `e${this.#names.size}`);
  }

  #nameOf({ key }: Source, id: string): string | undefined {
    return this.#names.get(`${key}/${id}`);
  }

  #seen(deliveries: readonly Delivery[]): unknown[] {
    for (const { source, token } of deliveries) this.#held.push({ source, token });
    return deliveries.map(({ source, token, fields }) => [
      source,
      this.#tell(source, token),
      fields,
    ]);
  }

  #tell(source: Source, { id, consumer, count }: Token): unknown {
    return [this.#nameOf(source, id), consumer, count];
  }

  /** Do it with the entries picked of each source, each entry at most once in a call. */
  async #each(
    picks: readonly number[],
    work: (source: Source, tokens: readonly Token[]) => Promise<unknown>,
  ): Promise<unknown> {
    const answers: unknown[] = [];
    for (const source of [this.source, this.replays]) {
      const byId = new Map<string, Token>();
      for (const pick of picks) {
        const held = this.#held[pick % Math.max(1, this.#held.length)];
        if (held?.source.key === source.key) byId.set(held.token.id, held.token);
      }
      answers.push(await work(source, [...byId.values()]));
    }
    return answers;
  }

  #verdict(kind: string | undefined, token: Token): Verdict {
    if (kind === 'release') return { kind: 'release', count: Math.max(0, token.count - 1) };
    if (kind !== 'dead') return { kind: 'done' };
    return {
      kind: 'dead',
      dlq: this.dlq,
      maxLength: 1_000,
      originStream: this.source.key,
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
      beginning,
      fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }),
      async (first, then) => {
        const key = `orders-${randomUUID()}`;
        const runs = backends.map((backend, index) => {
          const beside = under[index];
          if (beside === undefined) throw new Error('one each');
          return new Run(key, backend, beside);
        });
        for (const { source, dlq, backend } of runs) {
          await backend.ensureGroup(source, { from: 'start', dlq });
        }
        for (const each of [...first, ...then]) {
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

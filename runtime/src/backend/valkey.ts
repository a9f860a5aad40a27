import { performance } from 'node:perf_hooks';
import { PspfError } from '../errors.js';
import type { Logger } from '../options.js';
import {
  type AppendEntry,
  type AppendOptions,
  type AppendResult,
  type BackendAddress,
  type ClaimOptions,
  type ClaimResult,
  type DeadLetterPage,
  type DeadLettersResult,
  type Delivery,
  type EnsureGroupOptions,
  HANDBACK,
  type LostToken,
  type ReplayIds,
  type ReplayOutcome,
  type Settlement,
  type SettleResult,
  type Source,
  type SourceState,
  type StreamBackend,
  type StreamReader,
  type Token,
  type TrimResult,
} from './backend.js';
import { groupMissing } from './backend-errors.js';
import { groupStart } from './entry-id.js';
import { fenced } from './fenced.js';
import { replaySource } from './keys.js';
import { replyDeliveries, replyList, replyNumber, replyText, replyTexts } from './reply.js';
import { claimIdleScript } from './scripts/claim-idle.js';
import { claimOwnScript } from './scripts/claim-own.js';
import { createStreamScript } from './scripts/create-stream.js';
import { extendScript } from './scripts/extend.js';
import { inletScript } from './scripts/inlet.js';
import { leaveScript } from './scripts/leave.js';
import { reapScript } from './scripts/reap.js';
import { restartScript } from './scripts/restart.js';
import type { Script } from './scripts/script.js';
import { trimScript } from './scripts/trim.js';
import { appendAll } from './valkey-append.js';
import type { Argument, ValkeyConnection } from './valkey-connection.js';
import type { ValkeyConnector } from './valkey-connector.js';
import { inspectGroup } from './valkey-inspect.js';
import { ValkeyReader } from './valkey-reader.js';
import { createGroup, listDeadLetters, replayAll, withReplayGroup } from './valkey-replay.js';
import { settleAll } from './valkey-settle.js';

/**
 * Streams on a server: Valkey 7.2 or newer, or Redis 7 or newer. Every step that must not be torn apart
 * is a script on the server.
 */
export class ValkeyStreamBackend implements StreamBackend {
  readonly address: BackendAddress;
  readonly #connector: ValkeyConnector;
  readonly #logger: Logger | undefined;
  /** Connections of readers that ended badly: the server may still deliver into them. */
  readonly #abandoned = new Map<string, ConnectionFilter>();
  #warnedOfKill = false;

  constructor(connector: ValkeyConnector, options: { readonly logger?: Logger } = {}) {
    this.#connector = connector;
    this.#logger = options.logger;
    this.address = connector.address;
  }

  async append(
    key: string,
    entries: readonly AppendEntry[],
    options: AppendOptions = {},
  ): Promise<AppendResult[]> {
    const { rejectAtLength } = options;
    const until = this.#until(options.deadlineMs);
    const connection = await this.#connector.writer(key, until);
    const results = await appendAll(connection, this.address, key, entries, {
      until,
      rejectAtLength,
    });
    if (results.some(isDemotion)) connection.destroy();
    return results;
  }

  async ensureGroup(source: Source, options: EnsureGroupOptions): Promise<'created' | 'existed'> {
    const start = groupStart(options.from);
    return this.#run(source, async (connection) => {
      await connection.script(createStreamScript, [options.dlq], []);
      await createGroup(connection, replaySource(source), '0');
      return createGroup(connection, source, start);
    });
  }

  async openReader(source: Source, consumer: string): Promise<StreamReader> {
    const until = this.#until();
    const connection = await this.#connector.reader(source.key, until);
    const name = JSON.stringify([source.key, source.group, consumer]);
    await this.#killPredecessor(name, connection, until);
    return new ValkeyReader({
      connection,
      source,
      consumer,
      unblock: async (id, before) => {
        const writer = await this.#connector.writer(source.key, before);
        await writer.run(before, () => writer.send('CLIENT', 'UNBLOCK', id));
      },
      onClosed: (clean) => {
        const { id, clientAddress } = connection;
        if (clean || id === undefined || clientAddress === undefined) return;
        // A server that restarted, or another one, has given the number to somebody else.
        this.#abandoned.set(name, ['ID', id, 'ADDR', clientAddress]);
      },
    });
  }

  async settle(source: Source, settlements: readonly Settlement[]): Promise<SettleResult[]> {
    return this.#run(source, (connection) => settleAll(connection, source, settlements));
  }

  async restart(source: Source, tokens: readonly Token[]): Promise<(Token | undefined)[]> {
    const counts = await this.#fenced(restartScript, source, tokens);
    return tokens.map((token, index) => {
      const count = counts[index] ?? 0;
      return count > 0 ? { ...token, count } : undefined;
    });
  }

  async extend(source: Source, tokens: readonly Token[]): Promise<LostToken[]> {
    const answers = await this.#fenced(extendScript, source, tokens);
    return tokens.flatMap((token, index): LostToken[] => {
      if (answers[index] === 1) return [];
      return [{ token, why: answers[index] === 0 ? 'trimmed' : 'taken' }];
    });
  }

  async claim(source: Source, consumer: string, options: ClaimOptions): Promise<ClaimResult> {
    const { cursor, count } = options;
    const reply =
      options.from === 'own'
        ? await this.#script(claimOwnScript, source, consumer, cursor || '-', count)
        : await this.#script(
            claimIdleScript,
            source,
            consumer,
            Math.ceil(options.minIdle),
            cursor || '0-0',
            count,
          );
    const [next, entries, trimmed] = replyList(reply);
    return {
      cursor: next === '0-0' ? '' : replyText(next),
      deliveries: replyDeliveries(entries, source, consumer),
      trimmed: replyTexts(trimmed),
    };
  }

  async inlet(source: Source, consumer: string, count: number): Promise<Delivery[]> {
    const replays = replaySource(source);
    const reply = await this.#run(source, (connection) =>
      connection.script(
        inletScript,
        [source.key, replays.key],
        [source.group, consumer, HANDBACK, count],
      ),
    );
    const [own, replayed] = replyList(reply);
    return [
      ...replyDeliveries(own, source, consumer),
      ...replyDeliveries(replayed, replays, consumer),
    ];
  }

  async replay(source: Source, options: ReplayIds): Promise<ReplayOutcome[]> {
    return this.#run(source, (connection) => replayAll(connection, source, options));
  }

  async deadLetters(source: Source, options: DeadLetterPage): Promise<DeadLettersResult> {
    return this.#run({ key: options.dlq }, (connection) =>
      listDeadLetters(connection, source, options),
    );
  }

  async leave(source: Source, consumer: string): Promise<boolean> {
    return (await this.#script(leaveScript, source, consumer)) === 1;
  }

  async reap(source: Source, minIdle: number): Promise<string[]> {
    return [...replyTexts(await this.#script(reapScript, source, minIdle, HANDBACK))];
  }

  async trim(key: string, maxLength: number): Promise<TrimResult> {
    const reply = await this.#run({ key }, (connection) =>
      connection.script(trimScript, [key], [maxLength]),
    );
    const [length, trimmed, pinnedBy] = replyList(reply);
    return {
      length: replyNumber(length),
      trimmed: replyNumber(trimmed),
      pinnedBy: replyText(pinnedBy) || undefined,
    };
  }

  async inspect(source: Source): Promise<SourceState> {
    return this.#run(source, (connection) => inspectGroup(connection, source));
  }

  async ping(): Promise<void> {
    await this.#run({ key: '' }, (connection) => connection.send('PING'));
  }

  async close(): Promise<void> {
    this.#connector.close();
  }

  #until(deadlineMs: number = this.#connector.patienceMs): number {
    return performance.now() + deadlineMs;
  }

  #fenced(script: Script, source: Source, tokens: readonly Token[]): Promise<number[]> {
    const items = tokens.map((token) => ({ token }));
    return this.#run(source, (connection) => fenced(connection, script, source, items));
  }

  #script(script: Script, source: Source, ...args: readonly Argument[]): Promise<unknown> {
    return this.#run(source, (connection) =>
      connection.script(script, [source.key], [source.group, ...args]),
    );
  }

  async #run<T>(
    about: Pick<Source, 'key'> & Partial<Source>,
    work: (connection: ValkeyConnection) => Promise<T>,
  ): Promise<T> {
    const { key, group, replay } = about;
    const until = this.#until();
    const connection = await this.#connector.writer(key, until);
    const context = key === '' ? {} : { stream: key };
    try {
      return await connection.run(
        until,
        () =>
          replay && group !== undefined
            ? withReplayGroup(connection, { key, group }, () => work(connection))
            : work(connection),
        context,
      );
    } catch (error) {
      // The same socket would lead to the same demoted server for ever.
      if (PspfError.is(error, 'NOT_PRIMARY')) connection.destroy();
      if (PspfError.is(error, 'GROUP_MISSING') && group !== undefined) {
        throw groupMissing({ key, group }, error);
      }
      throw error;
    }
  }

  /** Best effort: managed servers may forbid it, and adoption of entries under the own name covers the rest. */
  async #killPredecessor(name: string, connection: ValkeyConnection, until: number): Promise<void> {
    const filter = this.#abandoned.get(name);
    if (filter === undefined) return;
    this.#abandoned.delete(name);
    try {
      await connection.run(until, () => connection.send('CLIENT', 'KILL', ...filter));
    } catch (error) {
      if (!PspfError.is(error, 'FORBIDDEN') || this.#warnedOfKill) return;
      this.#warnedOfKill = true;
      this.#logger?.warn(
        "A reader's broken connection could not be ended on the server, since the user's ACL forbids CLIENT KILL. Entries delivered into it are recovered later.",
      );
    }
  }
}

/** Arguments of CLIENT KILL that fit one connection. */
type ConnectionFilter = readonly ['ID', number, 'ADDR', string];

function isDemotion(result: AppendResult): boolean {
  return result.status === 'failed' && result.error.code === 'NOT_PRIMARY';
}

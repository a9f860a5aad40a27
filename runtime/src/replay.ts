import type { DeadReason, ReplayOutcome, Source, StoredDeadLetter } from './backend/backend.js';
import type { Connected } from './connected.js';
import type { StreamDefinition } from './definition.js';
import { PspfError } from './errors.js';
import { checkGroup, checkOptionNames } from './options.js';

/** Dead letters moved, or looked at, by one call to the server. */
const PAGE = 100;

/** Options of `replay()`. */
export interface ReplayOptions {
  /** The consumer group that failed; what is replayed reaches it alone. Default: the declaration's. */
  readonly group?: string;
  /** Ends the replay between two pages, with `ABORTED`. */
  readonly signal?: AbortSignal;
}

/** Options of `replay('all')`. */
export interface ReplayAllOptions extends ReplayOptions {
  /** Asked about each dead letter of the group, oldest first; one it answers false for stays where it is. Default: all are replayed. */
  readonly where?: (letter: ReplayCandidate) => boolean;
  /** Replay at most so many, the oldest. Default: no limit. */
  readonly limit?: number;
}

/** A dead letter as `where` sees it. */
export interface ReplayCandidate {
  /** Its id in the dead-letter stream. */
  readonly id: string;
  /** `<stream key>/<id>` of the first append, as `message.origin` was. */
  readonly origin: string;
  readonly reason: DeadReason | (string & {});
  /** The last error's text. */
  readonly error: string;
  readonly attempts: number;
  /** When it died. */
  readonly at: Date;
}

/** What became of the dead letters asked for, by their ids in the dead-letter stream. */
export interface ReplayResult {
  /** Moved: they left the dead-letter stream, and wait for a consumer of the group. */
  readonly replayed: readonly string[];
  /** Not in the dead-letter stream: replayed before, trimmed, deleted, or never there. */
  readonly missing: readonly string[];
  /** Left where they are, since they failed in another group, or in another stream with the same dead-letter stream. */
  readonly otherGroup: readonly string[];
}

const OPTIONS = ['group', 'signal'] as const satisfies (keyof ReplayOptions)[];
const ALL_OPTIONS: readonly string[] = [
  ...OPTIONS,
  ...(['where', 'limit'] satisfies (keyof ReplayAllOptions)[]),
];

/**
 * Replay dead letters of one group: those of the ids given, or all there are at the beginning.
 * @throws {PspfError} as `Stream.replay` says
 */
export async function replayDeadLetters<T>(
  definition: StreamDefinition<T>,
  { connection, destination, dlq }: Connected<T>,
  ids: string | Iterable<string>,
  options: ReplayAllOptions,
): Promise<ReplayResult> {
  const { stream } = definition;
  const all = ids === 'all';
  checkOptionNames(`${stream}: replay`, options, all ? ALL_OPTIONS : OPTIONS);
  const source = { key: destination.key, group: checkGroup(options.group ?? definition.group) };
  const replay = new Replay({ backend: connection.backend, source, dlq, stream }, options.signal);
  const listed = all ? [] : checkIds(stream, ids, dlq);
  await replay.run(() =>
    all ? replayAll(replay, limitOf(options), options.where) : replayListed(replay, listed),
  );
  const { replayed, missing, otherGroup } = replay;
  return { replayed, missing, otherGroup };
}

/** At least one call, since the server is to say whether there is such a group. */
async function replayListed(replay: Replay, ids: readonly string[]): Promise<void> {
  let at = 0;
  do {
    await replay.move(ids.slice(at, at + PAGE));
    at += PAGE;
  } while (at < ids.length);
}

async function replayAll(
  replay: Replay,
  limit: number,
  where: ReplayAllOptions['where'] = () => true,
): Promise<void> {
  let cursor = '';
  do {
    const page = await replay.look(cursor);
    const wanted = page.letters.filter((letter) => where(candidate(letter)));
    await replay.move(wanted.slice(0, limit - replay.replayed.length).map(({ id }) => id));
    cursor = page.cursor;
  } while (cursor !== '' && replay.replayed.length < limit);
}

interface ReplayWay {
  readonly backend: Connected<unknown>['connection']['backend'];
  readonly source: Source;
  readonly dlq: string;
  readonly stream: string;
}

/** One replay under way, and what has come of it so far. */
class Replay {
  readonly replayed: string[] = [];
  readonly missing: string[] = [];
  readonly otherGroup: string[] = [];
  readonly #way: ReplayWay;
  readonly #signal: AbortSignal | undefined;

  constructor(way: ReplayWay, signal: AbortSignal | undefined) {
    this.#way = way;
    this.#signal = signal;
  }

  look(cursor: string): ReturnType<ReplayWay['backend']['deadLetters']> {
    this.#checkSignal();
    const { backend, source, dlq } = this.#way;
    return backend.deadLetters(source, { dlq, cursor, count: PAGE });
  }

  async move(ids: readonly string[]): Promise<void> {
    this.#checkSignal();
    const { backend, source, dlq } = this.#way;
    const outcomes = await backend.replay(source, { dlq, ids });
    for (const [index, id] of ids.entries()) this.#listOf(outcomes[index]).push(id);
  }

  /** Do it; a failure says how far it came. */
  async run(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!PspfError.is(error) || this.replayed.length === 0) throw error;
      const { code, retryable, stream, cause } = error;
      throw new PspfError(
        code,
        `${this.#way.stream}: replay ended after ${this.replayed.length} dead letters, which stay replayed; call it again for the others: ${error.message}`,
        { retryable, stream, cause },
      );
    }
  }

  #listOf(outcome: ReplayOutcome | undefined): string[] {
    if (outcome?.status === 'replayed') return this.replayed;
    return outcome?.status === 'other-group' ? this.otherGroup : this.missing;
  }

  #checkSignal(): void {
    const { stream } = this.#way;
    if (this.#signal?.aborted !== true) return;
    throw new PspfError('ABORTED', `${stream}: replay was aborted`, {
      stream,
      cause: this.#signal.reason,
    });
  }
}

function candidate({ at, ...letter }: StoredDeadLetter): ReplayCandidate {
  return { ...letter, at: new Date(at) };
}

function checkIds(stream: string, ids: unknown, dlq: string): string[] {
  const list = typeof ids === 'string' ? [ids] : isIterable(ids) ? [...ids] : undefined;
  const wrong = list === undefined ? ids : list.find((id) => !isId(id));
  if (list !== undefined && wrong === undefined) return [...new Set(list.filter(isId))];
  throw new PspfError(
    'INVALID_OPTION',
    `${stream}: replay takes 'all', or ids of dead letters such as '1700000000000-0', as XRANGE ${dlq} - + shows them; not ${typeof wrong === 'string' ? JSON.stringify(wrong) : String(wrong)}`,
    { stream },
  );
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function isId(id: unknown): id is string {
  return typeof id === 'string' && /^\d{1,20}-\d{1,20}$/.test(id);
}

function limitOf({ limit = Number.POSITIVE_INFINITY }: ReplayAllOptions): number {
  if (limit === Number.POSITIVE_INFINITY || (Number.isInteger(limit) && limit > 0)) return limit;
  throw new PspfError('INVALID_OPTION', `limit: ${String(limit)} is no whole number from 1 on`);
}

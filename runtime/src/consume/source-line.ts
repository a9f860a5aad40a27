import type { DeadReason, SettleResult, Source, Token, Verdict } from '../backend/backend.js';
import type { StreamDefinition } from '../definition.js';
import { PspfError } from '../errors.js';
import type { Entry } from './entry.js';
import type { Work } from './intake.js';
import { Outbox } from './outbox.js';
import type { ConsumerContext } from './setup.js';
import { thrownLine, thrownText } from './thrown-text.js';

/** Tokens refreshed by one call. */
const CHUNK = 500;

/** What dead letters of a consumer have in common. */
export interface DeadLetterOffice {
  readonly definition: Pick<StreamDefinition<unknown>, 'dlq' | 'timeout'>;
  /** Physical key of the dead-letter stream. */
  readonly dlq: string;
}

/** Commands about the entries of one source, on their way to the server for as long as it takes. */
export class SourceLine {
  readonly #source: Source;
  readonly #context: ConsumerContext;
  readonly #office: DeadLetterOffice;
  readonly #acknowledgements: Outbox<Entry<Work>, SettleResult>;
  // On their own, since a dead-letter stream that refuses writes must not hold up acknowledgements.
  readonly #deadLetters: Outbox<Entry<Work>, SettleResult>;
  readonly #restarts: Outbox<Entry<Work>, Token | undefined>;

  #abandoned = false;

  constructor(source: Source, context: ConsumerContext, office: DeadLetterOffice) {
    this.#source = source;
    this.#context = context;
    this.#office = office;
    this.#acknowledgements = this.#settling('acknowledging');
    this.#deadLetters = this.#settling('dead-lettering');
    this.#restarts = new Outbox({
      ...context,
      send: (entries) =>
        context.backend.restart(
          source,
          entries.map(({ token }) => token),
        ),
      answered: (entry, token) => {
        context.schedule.restarted(entry, token);
        context.turn();
      },
      failed: (error) => context.reports.trouble('counting an attempt', error),
      wanted: ({ state }) => state === 'starting',
    });
  }

  settle(entry: Entry<Work>): void {
    const box = entry.decree?.kind === 'dead' ? this.#deadLetters : this.#acknowledgements;
    box.add(entry);
  }

  restart(entry: Entry<Work>): void {
    this.#restarts.add(entry);
  }

  /** Refresh everything held, so that nobody takes it. */
  async refresh(): Promise<void> {
    const { schedule, backend, clock } = this.#context;
    const tokens = schedule.tokens(this.#source);
    for (let at = 0; at < tokens.length; at += CHUNK) {
      const chunk = tokens.slice(at, at + CHUNK);
      const sentAt = clock.now();
      const lost = await backend.extend(this.#source, chunk);
      schedule.refreshed(this.#source, chunk, sentAt);
      for (const token of lost) schedule.lost(this.#source, token, clock.now());
      if (lost.length > 0) this.#context.turn();
    }
  }

  /** The group is gone, and with it everything pending: there is nothing to tell any more. */
  abandon(): void {
    this.#abandoned = true;
  }

  close(): void {
    this.#acknowledgements.close();
    this.#deadLetters.close();
    this.#restarts.close();
  }

  #settling(doing: string): Outbox<Entry<Work>, SettleResult> {
    const context = this.#context;
    return new Outbox({
      ...context,
      send: (entries) => this.#send(entries),
      answered: (entry, result, again) => this.#answered(entry, result, again),
      failed: (error) => context.reports.trouble(doing, error),
      wanted: ({ state }) => state === 'settling',
    });
  }

  async #send(entries: readonly Entry<Work>[]): Promise<readonly SettleResult[]> {
    if (this.#abandoned) return entries.map(() => 'gone');
    const { backend, clock, reports } = this.#context;
    const started = clock.now();
    const results = await backend.settle(
      this.#source,
      entries.map((entry) => ({ token: entry.token, verdict: this.#verdict(entry) })),
    );
    reports.event(this.#source, {
      type: 'settled',
      count: entries.length,
      ms: clock.now() - started,
    });
    return results;
  }

  #answered(entry: Entry<Work>, result: SettleResult | undefined, again: boolean): void {
    const { schedule, reports, turn } = this.#context;
    // After a lost answer, `gone` is what our own first sending left.
    if (result === 'done' || (result === 'gone' && again)) this.#count(entry);
    else if (result !== undefined) reports.event(this.#source, { type: 'settle-refused', result });
    schedule.settled(entry);
    turn();
  }

  #count({ decree, token }: Entry<Work>): void {
    const { reports } = this.#context;
    if (decree?.kind === 'done') reports.counters.done += 1;
    else if (decree?.kind === 'release') {
      reports.counters.released += 1;
      reports.event(this.#source, { type: 'released', count: 1 });
    } else if (decree?.kind === 'dead') {
      reports.counters.deadLettered += 1;
      reports.event(this.#source, { type: 'dead-letter', reason: decree.reason });
      reports.warn(
        'dead-letter',
        () =>
          `entry ${token.id} went to ${this.#office.dlq}: ${decree.reason}, attempts: ${token.count}${thrownByHandler(decree)}`,
      );
    }
  }

  #verdict({ decree, body, token }: Entry<Work>): Verdict {
    if (decree === undefined) throw new PspfError('SERVER', `entry ${token.id} has no verdict`);
    if (decree.kind !== 'dead') return decree;
    const { definition, dlq } = this.#office;
    return {
      kind: 'dead',
      dlq,
      maxLength: definition.dlq.maxLength,
      originStream: body.envelope.originStream,
      originId: body.envelope.originId,
      attempts: token.count,
      reason: decree.reason,
      error: this.#because(decree.reason, decree.error, token.count),
    };
  }

  #because(reason: string, error: unknown, starts: number): string {
    if (reason === 'timeout') return `No result within ${this.#office.definition.timeout} ms.`;
    if (reason === 'crashed') {
      return `Started ${starts} times, and the last outcome never reached the server: its process died, was killed, or lost the entry.`;
    }
    return thrownText(error);
  }
}

/** What the handler threw, for the log. The error of a payload that does not match tells of its values, and stays out. */
function thrownByHandler({ reason, error }: { reason: DeadReason; error: unknown }): string {
  return reason === 'failed' || reason === 'rejected' ? ` (${thrownLine(error)})` : '';
}

import type { Source } from '../backend/backend.js';
import type { RetainPolicy } from '../definition.js';
import { Loop, spread } from './loop.js';
import type { ConsumerContext } from './setup.js';
import type { SourceLine } from './source-line.js';

const TRIM_EVERY = 10_000;
const REAP_EVERY = 300_000;
/** After a failed refresh the next one follows soon: entries grow idle meanwhile. */
const REFRESH_AGAIN = 1_000;

/** Refreshes everything held, so that nobody takes it while the event loop turns. */
export function heartbeat(context: ConsumerContext, lines: () => Iterable<SourceLine>): Loop {
  const { clock, options, random, reports } = context;
  return new Loop(clock, async () => {
    try {
      for (const line of lines()) await line.refresh();
      return options.heartbeat;
    } catch (error) {
      reports.trouble('refreshing held entries', error);
      return Math.min(options.heartbeat, spread(REFRESH_AGAIN, random));
    }
  });
}

/** Trims by `retain`, never past what a group has not acknowledged; says which group keeps the stream above it. */
export function trimming(source: Source, retain: RetainPolicy, context: ConsumerContext): Loop {
  const { backend, clock, random, reports } = context;
  return new Loop(clock, async () => {
    try {
      const { length, pinnedBy } = await backend.trim(source.key, retain.maxLength);
      if (pinnedBy !== undefined) {
        reports.event(source, { type: 'pinned', group: pinnedBy });
        reports.warn(
          'pinned',
          `${source.key} holds ${length} entries instead of ${retain.maxLength}, since group "${pinnedBy}" has not acknowledged older ones; let it catch up, or delete it (XGROUP DESTROY)`,
        );
      }
    } catch (error) {
      reports.trouble('trimming', error);
    }
    return spread(TRIM_EVERY, random);
  });
}

/** Deletes names of consumers that are long gone and have nothing pending. */
export function reaping(source: Source, context: ConsumerContext): Loop {
  const { backend, clock, options, random, reports } = context;
  return new Loop(clock, async () => {
    try {
      await backend.reap(source, Math.max(REAP_EVERY, 10 * options.claimIdle));
    } catch (error) {
      reports.trouble('deleting names of dead consumers', error);
    }
    return spread(REAP_EVERY, random);
  });
}

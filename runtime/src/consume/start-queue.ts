import type { Entry, EntryState } from './entry.js';
import { Queue } from './queue.js';

/**
 * Entries that may start as soon as there is a slot: first runs, repeated ones, and suspects, of which only one at
 * a time stands among the others. Entries that changed state meanwhile are skipped when their turn comes.
 */
export class StartQueue<B> {
  readonly #ready = new Queue<Entry<B>>();
  readonly #due = new Queue<Entry<B>>();
  readonly #suspects = new Queue<Entry<B>>();
  #suspect: Entry<B> | undefined;
  #dueFirst = false;

  /** Queue up. Answers the state that the entry is in by this. */
  add(entry: Entry<B>): 'ready' | 'due' | 'suspect' {
    if (entry.fresh) {
      this.#ready.push(entry);
      return 'ready';
    }
    if (entry.suspect) {
      this.#suspects.push(entry);
      return 'suspect';
    }
    this.#due.push(entry);
    return 'due';
  }

  /** First runs and repeated ones take turns, so that neither a storm of retries nor a full stream starves the other. */
  take(): Entry<B> | undefined {
    this.#dueFirst = !this.#dueFirst;
    return this.#dueFirst
      ? (this.#takeRepeated() ?? next(this.#ready, 'ready'))
      : (next(this.#ready, 'ready') ?? this.#takeRepeated());
  }

  #takeRepeated(): Entry<B> | undefined {
    if (this.#suspect !== undefined && !takesSlot(this.#suspect)) this.#suspect = undefined;
    if (this.#suspect === undefined) {
      this.#suspect = next(this.#suspects, 'suspect');
      if (this.#suspect !== undefined) return this.#suspect;
    }
    return next(this.#due, 'due');
  }
}

function takesSlot(entry: Entry<unknown>): boolean {
  const { state } = entry;
  return entry.suspect && (state === 'starting' || state === 'admitted' || state === 'running');
}

function next<B>(queue: Queue<Entry<B>>, state: EntryState): Entry<B> | undefined {
  let entry = queue.shift();
  while (entry !== undefined && entry.state !== state) entry = queue.shift();
  return entry;
}

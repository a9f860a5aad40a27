import { processSlot } from '../process-slot.js';

/** Something that has emits on their way. */
export interface Busy {
  flush(): Promise<void>;
}

/** Everything in this process that has emits on their way now, so that a shutdown can wait for them. */
export function busyEmitters(): Set<Busy> {
  return processSlot<Set<Busy>>('emitters', () => new Set());
}

// For tests of code that emits and consumes: no server, no sleeping.

export { MemoryStreamBackend } from './backend/memory.js';
export { MemoryStore } from './backend/memory-store.js';
export { type DeadLetterEntry, deadLetters, type EntryOf, entries } from './testing/entries.js';
export { FakeClock } from './testing/fake-clock.js';
export { type WaitOptions, waitFor, waitForHandled } from './testing/wait-for.js';

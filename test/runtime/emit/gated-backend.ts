import type {
  AppendEntry,
  AppendOptions,
  AppendResult,
} from '../../../runtime/dist/backend/backend.js';
import { MemoryStreamBackend } from '../../../runtime/dist/backend/memory.js';

export interface Call {
  readonly key: string;
  readonly entries: readonly AppendEntry[];
  readonly options: AppendOptions;
  /** Let it through to the memory backend. */
  pass(): void;
  /** End it without: rejected where nothing was sent, or with a result for each entry. */
  end(outcome: Error | ((index: number) => AppendResult)): void;
}

/** The memory backend behind a gate: each append waits until a test lets it through or fails it. */
export class GatedBackend extends MemoryStreamBackend {
  readonly calls: Call[] = [];

  override append(
    key: string,
    entries: readonly AppendEntry[],
    options: AppendOptions = {},
  ): Promise<AppendResult[]> {
    return new Promise((resolve, reject) => {
      this.calls.push({
        key,
        entries,
        options,
        pass: () => resolve(super.append(key, entries, options)),
        end: (outcome) =>
          outcome instanceof Error
            ? reject(outcome)
            : resolve(entries.map((_, index) => outcome(index))),
      });
    });
  }

  /** Let through what came so far. */
  passAll(): void {
    for (const call of this.calls.splice(0)) call.pass();
  }
}

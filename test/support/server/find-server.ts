/** A place where a server may come from. Each is asked in turn, and only as far as needed. */
export interface ServerSource<T> {
  readonly name: string;
  /** What it has, or in words why it has nothing. */
  find(): Promise<T | Absent>;
}

/** Why a source has no server; shown when no source has one. */
export class Absent {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** The first server that a source has; else an error that says why each had none, and what to install. */
export async function findServer<T>(sources: readonly ServerSource<T>[]): Promise<T> {
  const reasons: string[] = [];
  for (const { name, find } of sources) {
    const found = await find().catch((error: unknown) => new Absent(String(error)));
    if (!(found instanceof Absent)) return found;
    reasons.push(`  - ${name}: ${found.reason}`);
  }
  throw new Error(
    [
      'The tests need a Valkey server (or Redis 7 or newer) and found none:',
      ...reasons,
      'Install one (`apt-get install valkey-server`, `brew install valkey`), or start Docker,',
      'or set PSPF_TEST_URL=valkey://host:port to one that may be filled with test streams.',
    ].join('\n'),
  );
}

import { waitFor } from '@pspf/runtime/testing';

/** Wait for a condition across processes and restarts of a server. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  await waitFor(holds, { timeout: 30_000 });
}

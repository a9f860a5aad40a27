import { setTimeout as pause } from 'node:timers/promises';

/** Look again and again until it holds; answers whether it did within the time. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  limitMs: number,
): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > end) return false;
    await pause(25);
  }
  return true;
}

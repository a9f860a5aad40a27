/** The one of `candidates` that somebody most likely meant, where one is near enough to suggest. */
export function nearest(given: string, candidates: Iterable<string>): string | undefined {
  const wanted = given.toLowerCase();
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const bound = Math.min(
      3,
      Math.max(1, Math.floor(Math.max(given.length, candidate.length) / 3)),
    );
    const distance = editDistance(wanted, candidate.toLowerCase(), bound);
    if (distance <= bound && (best === undefined || distance < best.distance)) {
      best = { candidate, distance };
    }
  }
  return best?.candidate;
}

/** As a hint, or nothing. */
export function didYouMean(given: string, candidates: Iterable<string>): string | undefined {
  const near = nearest(given, candidates);
  return near === undefined ? undefined : `Did you mean '${near}'?`;
}

/**
 * Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, substitutions and swaps of
 * neighbours; `bound + 1` for anything beyond `bound`.
 */
export function editDistance(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) > bound) return bound + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const at = (list: readonly number[], k: number) => list[k] ?? Number.POSITIVE_INFINITY;
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      }
      row.push(cost);
    }
    if (Math.min(...row) > bound) return bound + 1;
    [beforeLast, last] = [last, row];
  }
  return Math.min(last[b.length] ?? 0, bound + 1);
}

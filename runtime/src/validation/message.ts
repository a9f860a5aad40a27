import type { Issue } from '../errors.js';

/** Keywords whose issue is about a field that should not be there. */
const UNKNOWN_FIELD: ReadonlySet<string> = new Set([
  'additionalProperties',
  'unevaluatedProperties',
]);

/**
 * Issues as one line for people: `/items/0/quantity must be an integer ≥ 1, got 0; …`.
 * @param most how many are spelt out; the rest are counted. Default 5.
 */
export function formatIssues(issues: readonly Issue[], most: number = 5): string {
  const shown = issues.slice(0, most).map(formatIssue);
  const more = issues.length - shown.length;
  return more > 0 ? `${shown.join('; ')}; and ${more} more` : shown.join('; ');
}

/** One issue as a sentence without a full stop. */
export function formatIssue(issue: Issue): string {
  const place = issue.pointer === '' ? 'the payload' : issue.pointer;
  const branch = issue.branch === undefined ? '' : ` (as ${issue.branch})`;
  if (issue.keyword === 'required') return `${place} is required: ${issue.expected}${branch}`;
  if (UNKNOWN_FIELD.has(issue.keyword)) return `${place} is ${issue.expected}${branch}`;
  const actual = issue.actual === undefined ? '' : `, got ${issue.actual}`;
  return `${place} must be ${issue.expected}${actual}${branch}`;
}

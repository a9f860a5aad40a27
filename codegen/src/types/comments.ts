import type { Annotations, Json } from '../schema/dialect.js';

/** Longer defaults and examples are left out: nobody reads them in a tooltip. */
const MAX_VALUE = 500;

/** A doc comment from a schema's annotations, or nothing where there is nothing to tell. */
export function docComment(notes: Annotations | undefined): string | undefined {
  const lines = [
    ...textLines(notes?.description ?? ''),
    ...(notes?.deprecated ? ['@deprecated'] : []),
    ...valueLines('@default', notes?.default === undefined ? [] : [notes.default]),
    ...valueLines('@example', notes?.examples ?? []),
  ];
  if (lines.length === 0) return undefined;
  const [line = ''] = lines;
  // A directive such as @ts-ignore counts only in a comment of one line.
  if (lines.length === 1 && !line.includes('@ts-')) return `/** ${line} */`;
  return ['/**', ...lines.map((text) => (text === '' ? ' *' : ` * ${text}`)), ' */'].join('\n');
}

function textLines(text: string): readonly string[] {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => plain(line).trimEnd());
  const first = lines.findIndex((line) => line !== '');
  return first < 0 ? [] : lines.slice(first, lines.findLastIndex((line) => line !== '') + 1);
}

function valueLines(tag: string, values: readonly Json[]): readonly string[] {
  const texts = values
    .map((value) => JSON.stringify(value))
    .filter((text) => text.length <= MAX_VALUE);
  return texts.map((text) => `${tag} ${plain(text)}`);
}

/** Text that can't end the comment it stands in, nor a script element of a page that quotes it, nor hide or reorder what a reader sees. */
function plain(text: string): string {
  return text
    .replaceAll('*/', '*\\/')
    .replace(/<\/(?=script)/gi, '<\\/')
    .replace(/(?![\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}

/** Colours, or none. */
export interface Style {
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

/** Colour on a terminal; NO_COLOR takes it away (no-color.org), FORCE_COLOR forces it where NO_COLOR is not set. */
export function styleFor(
  stream: { readonly isTTY?: boolean | undefined },
  env: Readonly<Record<string, string | undefined>>,
): Style {
  const forced = env.FORCE_COLOR !== undefined && !['0', 'false'].includes(env.FORCE_COLOR);
  const wanted =
    forced || (stream.isTTY === true && env.TERM !== 'dumb' && env.FORCE_COLOR !== '0');
  return wanted && !env.NO_COLOR ? COLOURED : PLAIN;
}

const same = (text: string): string => text;
const code = (open: number, close: number) => (text: string) =>
  `\u001B[${open}m${text}\u001B[${close}m`;

export const PLAIN: Style = { red: same, yellow: same, green: same, dim: same, bold: same };

export const COLOURED: Style = {
  red: code(31, 39),
  yellow: code(33, 39),
  green: code(32, 39),
  dim: code(2, 22),
  bold: code(1, 22),
};

/** JSON pointers (RFC 6901): `''` is the whole document. */

export function pointerTokens(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function pointerTo(base: string, ...tokens: readonly (string | number)[]): string {
  const escaped = tokens.map(
    (token) => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`,
  );
  return base + escaped.join('');
}

/** One step into JSON data: own properties and array indexes only; `undefined` where there is none. */
export function step(value: unknown, token: string): unknown {
  if (Array.isArray(value)) return /^(0|[1-9]\d*)$/.test(token) ? value[Number(token)] : undefined;
  return isRecord(value) && Object.hasOwn(value, token) ? value[token] : undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

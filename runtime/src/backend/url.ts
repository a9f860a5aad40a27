import { PspfError } from '../errors.js';

/** Where a URL leads. */
export type BackendUrl =
  | { readonly kind: 'memory'; readonly name: string }
  | ({ readonly kind: 'server' } & ServerUrl);

export interface ServerUrl {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number;
}

const tlsOf: Readonly<Record<string, boolean>> = {
  'valkey:': false,
  'redis:': false,
  'valkeys:': true,
  'rediss:': true,
};

/**
 * Read a URL of a backend: `valkey://user:password@host:6379/db`, `valkeys://` (TLS), `redis://`, `rediss://`,
 * or `memory:` and `memory:name`. User and password are percent-decoded.
 *
 * @throws PspfError `INVALID_OPTION`, or `NOT_SUPPORTED` for Sentinel and Cluster; never with the URL, which may hold a password.
 */
export function parseBackendUrl(text: string): BackendUrl {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    throw invalid('it has no scheme; write it as "valkey://host:6379"');
  }
  if (scheme === 'memory') return { kind: 'memory', name: text.slice(7) || 'default' };
  if (/^(valkeys?|rediss?)\+(sentinel|cluster)$/.test(scheme)) {
    throw new PspfError(
      'NOT_SUPPORTED',
      `URLs of the form "${scheme}://" are not supported yet. Lead to one server with "valkey://" or "valkeys://".`,
    );
  }
  const tls = tlsOf[`${scheme}:`];
  if (tls === undefined) {
    throw invalid(
      `"${scheme}:" is none of valkey://, valkeys:// (TLS), redis://, rediss:// (TLS), memory:`,
    );
  }
  const url = parse(text);
  if (url === undefined || url.hostname === '') {
    throw invalid('it names no host that can be read; write it as "valkey://host:6379"');
  }
  if (url.hash !== '') throw invalid('it has a "#"');
  if (url.search !== '') throw invalid('it has a "?", but there are no parameters');
  return {
    kind: 'server',
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 6379 : Number(url.port),
    tls,
    username: decode(url.username),
    password: decode(url.password),
    db: database(url.pathname),
  };
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function database(path: string): number {
  if (path === '' || path === '/') return 0;
  if (/^\/\d{1,5}$/.test(path)) return Number(path.slice(1));
  throw invalid('what follows the host must be the number of a database, such as "/0"');
}

function decode(text: string): string | undefined {
  if (text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('its user or password has a "%" that is not followed by two hex digits');
  }
}

function invalid(problem: string): PspfError {
  return new PspfError(
    'INVALID_OPTION',
    `The backend's URL cannot be used: ${problem}. Characters such as / # ? % @ : in a user or password must be percent-encoded.`,
  );
}

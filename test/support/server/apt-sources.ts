/** One archive of Debian packages, from an `/etc/apt` file. */
export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** What stands in brackets in the one-line format, for example `signed-by=/usr/share/keyrings/x.gpg`. */
  readonly options: readonly string[];
}

/** Read the one-line format, `deb [options] uri suite component…` (sources.list(5)). */
export function parseOneLine(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line);
    if (match === null) return [];
    const [, options = '', uri = '', suite = '', components = ''] = match;
    return [{ uri, suite, components: words(components), options: words(options) }];
  });
}

/** Read the deb822 format: stanzas of `Types`, `URIs`, `Suites`, `Components`, `Signed-By`. */
export function parseDeb822(text: string): AptSource[] {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  return lines
    .join('\n')
    .split(/\n\s*\n/)
    .flatMap((stanza) => {
      const field = (name: string): string[] =>
        words(new RegExp(`^${name}:((?:.*\\n?)(?:[ \\t].*\\n?)*)`, 'im').exec(stanza)?.[1] ?? '');
      const enabled = field('Enabled')[0]?.toLowerCase() !== 'no';
      if (!enabled || !field('Types').includes('deb')) return [];
      const [keyring] = field('Signed-By');
      // An inlined key has no place in the one-line format; apt then falls back to its trusted keys.
      const options = keyring?.startsWith('/') ? [`signed-by=${keyring}`] : [];
      return field('URIs').flatMap((uri) =>
        field('Suites').map((suite) => ({
          uri,
          suite,
          components: field('Components'),
          options,
        })),
      );
    });
}

/**
 * The sources of the distribution itself, and its backports: Debian 12 has Valkey only there.
 * Third parties' archives are left out, since their failures would be ours.
 */
export function distributionSources(sources: readonly AptSource[], codename: string): AptSource[] {
  const own = sources.filter(({ suite }) => suite === codename || suite.startsWith(`${codename}-`));
  const backports = `${codename}-backports`;
  const [main] = own.filter(({ suite }) => suite === codename);
  if (main === undefined || own.some(({ suite }) => suite === backports)) return own;
  return [...own, { ...main, suite: backports }];
}

/** Print sources in the one-line format. */
export function printOneLine(sources: readonly AptSource[]): string {
  return sources
    .map(({ uri, suite, components, options }) => {
      const bracket = options.length === 0 ? '' : `[${options.join(' ')}] `;
      return `deb ${bracket}${uri} ${suite} ${components.join(' ')}\n`;
    })
    .join('');
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

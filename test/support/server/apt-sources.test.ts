import { describe, expect, test } from 'vitest';
import { distributionSources, parseDeb822, parseOneLine, printOneLine } from './apt-sources.js';

describe('the sources of apt', () => {
  test('are read from the one-line format', () => {
    const text = [
      '# deb http://old.example/debian bookworm main',
      'deb [arch=amd64 signed-by=/k.gpg] http://a.example/debian bookworm main contrib # why',
      'deb-src http://a.example/debian bookworm main',
      'deb http://a.example/ubuntu noble universe',
    ].join('\n');
    expect(parseOneLine(text)).toEqual([
      {
        uri: 'http://a.example/debian',
        suite: 'bookworm',
        components: ['main', 'contrib'],
        options: ['arch=amd64', 'signed-by=/k.gpg'],
      },
      { uri: 'http://a.example/ubuntu', suite: 'noble', components: ['universe'], options: [] },
    ]);
  });

  test('are read from the deb822 format, continued lines and comments included', () => {
    const text = `# about
Types: deb deb-src
URIs: http://a.example/debian
# between
Suites: trixie
 trixie-updates
Components: main
Signed-By: /k.gpg

Types: deb
Enabled: no
URIs: http://b.example/debian
Suites: trixie
Components: main

Types: deb-src
URIs: http://c.example/debian
Suites: trixie
Components: main
`;
    const shared = {
      uri: 'http://a.example/debian',
      components: ['main'],
      options: ['signed-by=/k.gpg'],
    };
    expect(parseDeb822(text)).toEqual([
      { ...shared, suite: 'trixie' },
      { ...shared, suite: 'trixie-updates' },
    ]);
  });

  test('of the distribution alone are used, with its backports', () => {
    const sources = parseOneLine(`deb http://a.example/debian bookworm main
deb http://a.example/debian-security bookworm-security main
deb http://vendor.example/node nodistro main
`);
    expect(printOneLine(distributionSources(sources, 'bookworm'))).toBe(
      `deb http://a.example/debian bookworm main
deb http://a.example/debian-security bookworm-security main
deb http://a.example/debian bookworm-backports main
`,
    );
  });

  test('print as they were read', () => {
    const text = 'deb [signed-by=/k.gpg] http://a.example/debian bookworm main contrib\n';
    expect(printOneLine(parseOneLine(text))).toBe(text);
  });
});

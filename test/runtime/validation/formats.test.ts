import { expect, test } from 'vitest';
import * as generated from '../../../runtime/dist/generated.js';

/** For each format: texts that are of it, and texts that are not. Most are from the RFC that defines it. */
const CASES: Readonly<Record<string, readonly [of: readonly string[], not: readonly string[]]>> = {
  isDate: [
    ['1963-06-19', '2020-02-29', '0400-02-29', '2024-12-31'],
    [
      '2021-02-29',
      '2100-02-29',
      '2020-13-01',
      '2020-04-31',
      '2020-1-1',
      '20200101',
      '2020-01-01Z',
      '',
    ],
  ],
  isTime: [
    [
      '08:30:06Z',
      '08:30:06.283185+05:30',
      '23:59:60Z',
      '01:29:60+01:30',
      '15:59:60-08:00',
      '12:00:00z',
    ],
    [
      '08:30:06',
      '24:00:00Z',
      '22:59:60Z',
      '08:30:06.Z',
      '08:30:06+24:00',
      '8:30:06Z',
      '12:00:00ZZ',
    ],
  ],
  isDateTime: [
    [
      '1985-04-12T23:20:50.52Z',
      '1996-12-19T16:39:57-08:00',
      '1990-12-31T23:59:60Z',
      '2020-01-01t00:00:00z',
    ],
    [
      '1985-04-12 23:20:50Z',
      '1985-04-12T23:20:50',
      '1985-04-31T00:00:00Z',
      '1985-04-12T23:20:50Z\n',
      '',
    ],
  ],
  isDuration: [
    ['P3Y6M4DT12H30M5S', 'P2W', 'PT36H', 'P1M', 'P0D'],
    ['P', 'PT', 'P1YT', 'P1Y2W', 'P1Y2D', 'PT1H2S', 'PT0.5S', '-P1D', 'P1D\n'],
  ],
  isEmail: [
    [
      'joe.bloggs@example.com',
      '"joe bloggs"@example.com',
      'joe@[127.0.0.1]',
      'joe@[IPv6:::1]',
      'a@localhost',
    ],
    [
      'joe',
      '@example.com',
      'joe@',
      '.joe@example.com',
      'jo..e@example.com',
      'a@b, c@d',
      'joe@[1.2.3]',
      `${'a'.repeat(65)}@b.c`,
    ],
  ],
  isIdnEmail: [
    ['δοκιμή@παράδειγμα.δοκιμή', 'joe@example.com'],
    ['δοκιμή', 'user＠example.com'],
  ],
  isHostname: [
    ['example.com', 'localhost', '1host', 'xn--zca29lwxobi7a', `${'a'.repeat(63)}.com`],
    [
      '',
      '.',
      'a..b',
      '-a',
      'a-',
      'a_b',
      'example.com.',
      `${'a'.repeat(64)}.com`,
      'xn--X',
      'bücher.example',
    ],
  ],
  isIdnHostname: [
    ['bücher.example', '실례.테스트', 'l·l', 'क्‍ष', 'example.com', 'xn--bcher-kva.example'],
    ['-ü', 'a·l', 'ःhello', 'aא', 'ü'.repeat(60), 'xn--7a', 'a。。b'],
  ],
  isIpv4: [
    ['192.168.0.1', '0.0.0.0', '255.255.255.255'],
    ['256.0.0.1', '1.2.3', '1.2.3.4.5', '01.2.3.4', '1.2.3.4.', '1.2.3.4\n', '1২7.0.0.1'],
  ],
  isIpv6: [
    ['::', '::1', '2001:db8::7', '1:2:3:4:5:6:7:8', '::ffff:192.168.0.1', '1:2:3:4:5:6:1.2.3.4'],
    [
      ':::',
      '1::2::3',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '12345::',
      '::1.2.3',
      'fe80::1%eth0',
      '[::1]',
      '1:2:3:4:5:6:7::8',
    ],
  ],
  isUri: [
    [
      'http://a/b?c#d',
      'urn:isbn:0451450523',
      'mailto:a@b.c',
      'ldap://[2001:db8::7]/c=GB?o?one',
      'http://a:@b:80',
      'x:',
    ],
    [
      '/abc',
      '//a',
      'http://a b',
      'http://[::g]',
      'http://a/%zz',
      'http://a:b:c',
      '1x:a',
      'http://a/ü',
      'http:/[::1]',
    ],
  ],
  isUriReference: [
    ['/abc', '', '#a', '?a', '//a/b', '../a', './a:b', 'http://a'],
    ['1:b', '/a b', '#a\\b', '/%z'],
  ],
  isIri: [
    ['http://ƒøø.ßår/?∂=π#ü', 'http://a/𐌀'],
    ['/abc', 'âππ', 'http://a b'],
  ],
  isIriReference: [
    ['âππ', '/ü', '#ü'],
    ['\\\\a', '#a\\ü'],
  ],
  isUriTemplate: [
    ['http://a/{term:1}/{term}', '{+var}', '{x,y*}', 'a%41b', ''],
    ['{', '}', '{}', '{a,}', '{v:0}', '{v:10000}', '{a b}', 'a b', '%4'],
  ],
  isUuid: [
    ['2eb8aa08-AA98-11ea-b4aa-73b441d16380'],
    [
      '2eb8aa08aa9811eab4aa73b441d16380',
      '2eb8aa08-aa98-11ea-b4aa-73b441d1638',
      'urn:uuid:2eb8aa08-aa98-11ea-b4aa-73b441d16380',
    ],
  ],
  isJsonPointer: [
    ['', '/', '/a~0b/~1', '/a//b', '/ü\n'],
    ['a', '#/a', '/~', '/~2'],
  ],
  isRelativeJsonPointer: [
    ['0', '1/a', '10#', '0//'],
    ['/a', '01', '-1', '0##', '1#/a', ''],
  ],
  isRegex: [
    ['^[a-z]+$', '(?<n>a)\\k<n>', '[^]'],
    ['(', '(?P<n>a)', '\\a', '(?i)a'],
  ],
};

test.each(Object.entries(CASES))('%s knows its format', (name, [of, not]) => {
  const check: unknown = Reflect.get(generated, name);
  if (typeof check !== 'function') throw new Error(`${name} is not exported`);
  expect(of.filter((text) => !check(text))).toEqual([]);
  expect(not.filter((text) => check(text))).toEqual([]);
});

test('every format has a case here', () => {
  const names = Object.keys(generated).filter((name) => /^is[A-Z]/.test(name));
  const helpers = ['isEqual', 'isLonger', 'isMultipleOf', 'isShorter', 'isUnique'];
  expect(names.filter((name) => !helpers.includes(name)).sort()).toEqual(Object.keys(CASES).sort());
});

test('a text of a megabyte is judged in linear time', () => {
  const names = Object.keys(CASES).filter((name) => name !== 'isRegex');
  const parts = [
    'a',
    '1',
    'a.',
    'a@',
    '/a',
    '%41',
    '{a}',
    '{a',
    ':',
    '1:',
    'é',
    '-',
    '"',
    'P1D',
    '.',
  ];
  for (const name of names) {
    const check: unknown = Reflect.get(generated, name);
    if (typeof check !== 'function') throw new Error(`${name} is not exported`);
    for (const part of parts) check(`${part.repeat(1_000_000 / part.length)}\u0000`);
  }
}, 60_000);

import { expect, test } from 'vitest';
import { filePath, fileUri, resolveUri, splitFragment } from '../../../codegen/dist/schema/uri.js';

test.each(['/home/me/a b/größe#1?.yaml', 'C:/Users/me/100%.json', '/a:b/[c].yml'])(
  'a path survives being a URI: %s',
  (path) => {
    expect(filePath(fileUri(path))).toBe(path);
  },
);

test.each([
  ['b.yaml', 'file:///a/x.yaml', 'file:///a/b.yaml'],
  ['../b.yaml#/c', 'file:///C:/a/x.yaml', 'file:///C:/b.yaml#/c'],
  ['#c', 'urn:uuid:1#d', 'urn:uuid:1#c'],
  ['', 'urn:uuid:1', 'urn:uuid:1'],
  ['b', 'urn:uuid:1', undefined],
  ['http://[', 'file:///a', undefined],
])('%s in %s is %s', (reference, base, absolute) => {
  expect(resolveUri(reference, base)).toBe(absolute);
});

test('a fragment is percent-decoded, if it can be', () => {
  expect(splitFragment('a#/b%20c')).toEqual({ uri: 'a', fragment: '/b c' });
  expect(splitFragment('a#/%E0')).toEqual({ uri: 'a', fragment: undefined });
  expect(splitFragment('a')).toEqual({ uri: 'a', fragment: '' });
});

/** The URI of a file with the given id: an absolute path with `/` as separator. */
export function fileUri(id: string): string {
  const path = id.split('/').map(encodeURIComponent).join('/').replaceAll('%3A', ':');
  return new URL(path.startsWith('/') ? `file://${path}` : `file:///${path}`).href;
}

/** The absolute path in a `file:` URI, `/` as separator; `undefined` for other URIs. */
export function filePath(uri: string): string | undefined {
  if (!uri.startsWith('file:') || !URL.canParse(uri)) return undefined;
  const path = decode(new URL(uri).pathname);
  return path !== undefined && /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
}

/** RFC 3986 reference resolution, with base URIs such as URNs that have no path; `undefined` where impossible. */
export function resolveUri(reference: string, base: string): string | undefined {
  if (reference === '') return base;
  if (reference.startsWith('#')) return splitFragment(base).uri + reference;
  return URL.canParse(reference, base) ? new URL(reference, base).href : undefined;
}

/** Parts a URI at its `#`; the fragment is percent-decoded, `undefined` where it cannot be. */
export function splitFragment(uri: string): { uri: string; fragment: string | undefined } {
  const hash = uri.indexOf('#');
  if (hash < 0) return { uri, fragment: '' };
  return { uri: uri.slice(0, hash), fragment: decode(uri.slice(hash + 1)) };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

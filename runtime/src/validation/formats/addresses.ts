const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const IPV4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`);
const GROUP = /^[0-9A-Fa-f]{1,4}$/;

/** RFC 2673, section 3.2: four decimal numbers, without leading zeros. */
export function isIpv4(text: string): boolean {
  return IPV4.test(text);
}

/** RFC 4291, section 2.2: without brackets, zone or prefix length. */
export function isIpv6(text: string): boolean {
  if (text.length > 45) return false;
  let groups = text;
  if (text.includes('.')) {
    const tail = text.lastIndexOf(':') + 1;
    if (!isIpv4(text.slice(tail))) return false;
    groups = `${text.slice(0, tail)}0:0`;
  }
  const [before = '', after, more] = groups.split('::');
  if (more !== undefined) return false;
  if (after === undefined) return countGroups(before) === 8;
  return countGroups(before) + countGroups(after) <= 7;
}

/** Groups between colons; more than any address has where one is wrong. */
function countGroups(text: string): number {
  if (text === '') return 0;
  const groups = text.split(':');
  return groups.every((group) => GROUP.test(group)) ? groups.length : 99;
}

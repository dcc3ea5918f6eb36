import { isIPv4, isIPv6 } from 'node:net';

/** Where a request comes from, as attempts are counted by: an IPv4 address, or the /64 of an IPv6 address. */
export function clientAddress(
  { remoteAddress, forwardedFor }: { remoteAddress: string | undefined; forwardedFor: string | undefined },
  { behindProxy }: { readonly behindProxy: boolean },
): string {
  // What stands last was written by the proxy itself, and whatever is before it by anybody.
  const last = behindProxy ? forwardedFor?.split(',').at(-1)?.trim() : undefined;
  const address = withoutPort(last ?? remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(address)) return address;
  return isIPv6(address) ? firstGroups(address) : 'unknown';
}

/** `192.0.2.1:4711` and `[2001:db8::1]:4711`, as some proxies write them. */
function withoutPort(text: string): string {
  return /^\[([^\]]+)\]/.exec(text)?.[1] ?? (/^[\d.]+:\d+$/.test(text) ? text.replace(/:\d+$/, '') : text);
}

/** One household or server has a whole /64, and may use every address in it. */
function firstGroups(address: string): string {
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

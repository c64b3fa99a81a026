import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import ipaddr from 'ipaddr.js';

/** Where a request comes from when nothing says so, as in tests that listen on no port. */
const unknownAddress = '127.0.0.1';

/**
 * The address of the client. Behind a proxy that is the last one in X-Forwarded-For, which the proxy itself has added; what
 * stands before it, and the header without a proxy, is whatever a client likes to write.
 */
export function clientAddress(c: Context, trustProxy: boolean): string {
  const forwarded = trustProxy ? c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined;
  if (forwarded && ipaddr.isValid(forwarded)) return forwarded;
  try {
    return getConnInfo(c).remote.address ?? unknownAddress;
  } catch {
    return unknownAddress;
  }
}

/** The network of an address that failures are counted by: a /24 of IPv4, a /56 of IPv6, for one person may have all of it. */
export function toNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  const bits = parsed.kind() === 'ipv4' ? 24 : 56;
  const bytes = parsed.toByteArray().map((byte, index) => (index * 8 < bits ? byte : 0));
  return `${ipaddr.fromByteArray(bytes).toString()}/${bits}`;
}

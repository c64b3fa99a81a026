import { type LookupAddress, lookup as lookupInDns } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { AppError } from '../errors.ts';

/** Says which addresses may be asked. */
export interface AddressGuard {
  /** A sentence on why this URL may not be asked, or undefined when it may. Names are judged when they are looked up. */
  findRefusal(url: URL): string | undefined;
  /** A DNS look-up for connections that gives only addresses that are allowed. */
  lookup: LookupFunction;
}

/** Code of the error that a look-up ends with when the name has only refused addresses. */
export const refusedCode = 'EADDRESSREFUSED';

/** The ports that browsers refuse, too (WHATWG Fetch, "bad port"): a feed is no way to talk to a mail server. */
const badPorts = new Set(
  `1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 137 139
   143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723 2049
   3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080`
    .split(/\s+/)
    .map(Number),
);

/**
 * Guards against requests into our own network: only public unicast addresses are asked, besides those in `allow` (CIDRs
 * or single addresses). Literals are checked in the URL, names when the connection looks them up, so that what is checked
 * is what is connected to. Throws AppError `bad-config` on a CIDR that is none.
 */
export function createAddressGuard(allow: string[], resolve: typeof lookupInDns = lookupInDns): AddressGuard {
  const ranges = allow.map(parseRange);
  const isAllowed = (address: string) =>
    isPublic(address) || ranges.some((range) => contains(range, address));
  return {
    findRefusal(url) {
      if (url.protocol !== 'http:' && url.protocol !== 'https:')
        return `${url.protocol} addresses are not fetched, only http and https.`;
      if (url.port && badPorts.has(Number(url.port)))
        return `port ${url.port} belongs to another service than the web.`;
      const host = url.hostname.replace(/^\[|\]$/g, '');
      if (!ipaddr.isValid(host) || isAllowed(host)) return undefined;
      return `${host} is not a public address. ALLOW_ADDRESSES=${host} lets it through.`;
    },
    lookup(hostname, options, callback) {
      resolve(hostname, { ...options, all: true }, (error, found) => {
        const addresses = (found as unknown as LookupAddress[] | undefined) ?? [];
        const allowed = addresses.filter(({ address }) => isAllowed(address));
        const [first] = allowed;
        if (error) callback(error, [], 0);
        else if (!first) callback(toRefusal(hostname, addresses), [], 0);
        else if (options.all) callback(null, allowed);
        else callback(null, first.address, first.family);
      });
    },
  };
}

function toRefusal(hostname: string, addresses: LookupAddress[]): NodeJS.ErrnoException {
  const list = addresses.map(({ address }) => address).join(', ');
  const sentence = `${hostname} stands for ${list || 'no address'}, which is not public. ALLOW_ADDRESSES=${addresses[0]?.address ?? '…'} lets it through.`;
  return Object.assign(new Error(sentence), { code: refusedCode });
}

/** IPv4 inside IPv6 (::ffff:10.0.0.1) is judged as IPv4; transition forms (6to4, NAT64, Teredo) are not unicast. */
function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

function parseRange(text: string): Range {
  try {
    if (text.includes('/')) return ipaddr.parseCIDR(text);
    const address = ipaddr.parse(text);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  } catch (error) {
    throw new AppError(
      'bad-config',
      `ALLOW_ADDRESSES: "${text}" is no address range. Write it as 10.0.0.0/8 or fd00::/8.`,
      { cause: error },
    );
  }
}

function contains(range: Range, address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return (
    parsed.kind() === range[0].kind() && parsed.match(range as [ipaddr.IPv4, number] & [ipaddr.IPv6, number])
  );
}

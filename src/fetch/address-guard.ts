import { ADDRCONFIG, type LookupAddress } from 'node:dns';
import { lookup as lookUpName } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { AppError } from '../errors.ts';
import { badPorts } from './bad-ports.ts';
import { FetchFailure } from './failure.ts';

/** All addresses of a name; rejects with a system error (ENOTFOUND, EAI_AGAIN, …) when there is none. */
export type ResolveName = (hostname: string) => Promise<LookupAddress[]>;

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/** Keeps publishers, and whoever can make us fetch, away from what is ours: see `createAddressGuard`. */
export interface AddressGuard {
  /** Whether an IP address, written in any way, may be talked to; false for what is no IP address. */
  isAllowed(address: string): boolean;
  /**
   * Throws FetchFailure when an address may not be asked: `bad-url` for a scheme other than http and https,
   * `address-refused` for a port of another protocol or a forbidden IP address. Names are judged by `lookup`.
   */
  check(url: URL): void;
  /**
   * For `net.connect`: looks the name up and hands over its allowed addresses only, so that what is checked is what is
   * connected to and a name that changes between check and use (rebinding) gains nothing. Not called for IP addresses.
   */
  lookup: LookupFunction;
}

/**
 * Allows http and https to public addresses: IPv4 and IPv6 unicast without any special range (private, loopback,
 * link-local, carrier NAT, documentation, 6to4, Teredo, NAT64, …), IPv6 only out of 2000::/3, the part handed out so far.
 * `cidrs`, such as `10.0.0.0/8` or `fd00::1`, are allowed besides. On a network that reaches IPv4 through NAT64 that is
 * `64:ff9b::/96`. Throws AppError `bad-config` for a CIDR that is none.
 */
export function createAddressGuard(cidrs: string[], resolve: ResolveName = resolveName): AddressGuard {
  const allowed = cidrs.map(parseRange);
  const isAllowed = (address: string) => {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return isPublic(parsed) || allowed.some((range) => isInRange(parsed, range));
  };
  const lookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname).then(
      (found) => {
        const fit = found.filter(({ address }) => isAllowed(address));
        const [first] = fit;
        if (!first) return callback(toRefusal(hostname, found), '', 0);
        if (options.all) callback(null, fit);
        else callback(null, first.address, first.family);
      },
      (error) => callback(error, '', 0),
    );
  };
  const check = (url: URL) => {
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      throw new FetchFailure('bad-url', `Only http and https addresses can be fetched, not ${url.protocol}`);
    }
    if (url.port !== '' && badPorts.has(Number(url.port))) {
      throw new FetchFailure(
        'address-refused',
        `Port ${url.port} of ${url.hostname} belongs to another protocol than HTTP and is not asked: check the address.`,
      );
    }
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (ipaddr.isValid(literal) && !isAllowed(literal)) throw toRefusal(url.hostname, [{ address: literal }]);
  };
  return { isAllowed, check, lookup };
}

function resolveName(hostname: string): Promise<LookupAddress[]> {
  return lookUpName(hostname, { all: true, hints: ADDRCONFIG });
}

const unicast6: Range = ipaddr.parseCIDR('2000::/3');

function isPublic(address: Address): boolean {
  // ipaddr.js calls everything unicast that it has no name for, ::127.0.0.1 among it.
  return address.range() === 'unicast' && (address.kind() === 'ipv4' || isInRange(address, unicast6));
}

function isInRange(address: Address, [network, bits]: Range): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

const wholeAddress = /^(?:\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|[^/%]*:[^/%]*)(?:\/\d{1,3})?$/;

function parseRange(cidr: string): Range {
  try {
    // ipaddr.js would take 10/8 for 0.0.0.10/8.
    if (!wholeAddress.test(cidr)) throw new Error('neither four numbers nor IPv6');
    const [network, bits] = cidr.includes('/') ? ipaddr.parseCIDR(cidr) : toSingle(ipaddr.parse(cidr));
    if (network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress() && bits >= 96) {
      return [network.toIPv4Address(), bits - 96];
    }
    return [network, bits];
  } catch (error) {
    throw new AppError(
      'bad-config',
      `ALLOW_ADDRESSES: "${cidr}" is no range of addresses. Write it as 10.0.0.0/8, fd00::/8 or one address.`,
      { cause: error },
    );
  }
}

function toSingle(address: Address): Range {
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function toRefusal(hostname: string, found: { address: string }[]): FetchFailure {
  const addresses = found.map(({ address }) => address).slice(0, 3);
  const where = addresses.length === 0 ? 'no address' : `${addresses.join(', ')}, which is not public`;
  return new FetchFailure(
    'address-refused',
    `${hostname} is not asked: it leads to ${where}. If it is meant, put its range into ALLOW_ADDRESSES.`,
  );
}

import type { LookupAddress } from 'node:dns';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { createAddressGuard } from '../../src/fetch/address-guard.ts';

const check = (url: string, cidrs: string[] = []) => {
  try {
    createAddressGuard(cidrs).check(new URL(url));
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('addresses in URLs', () => {
  test.each([
    'http://93.184.215.14/',
    'http://8.8.8.8/',
    'http://1.1.1.1/',
    'http://172.15.255.255/',
    'http://172.32.0.1/',
    'http://100.63.255.255/',
    'http://100.128.0.1/',
    'http://192.167.1.1/',
    'http://223.255.255.254/',
    'https://[2606:4700:4700::1111]/',
    'https://[2a00:1450:4001:800::200e]/',
    'http://[::ffff:8.8.8.8]/',
    'http://0x08080808/',
    'http://134744072/',
    'http://www.example.org/',
    'http://localhost.example/',
    'http://www.example.org:8080/',
    'https://www.example.org:8443/',
  ])('%s may be asked (a name is judged when it is looked up)', (url) => {
    expect(check(url)).toBe('ok');
  });

  test.each([
    ['loopback', 'http://127.0.0.1/'],
    ['all of loopback', 'http://127.255.255.254/'],
    ['short form', 'http://127.1/'],
    ['decimal', 'http://2130706433/'],
    ['octal', 'http://0177.0.0.1/'],
    ['hexadecimal', 'http://0x7f000001/'],
    ['mixed', 'http://0x7f.0.0.1/'],
    ['with a full stop', 'http://127.0.0.1./'],
    ['percent-encoded', 'http://%31%32%37.0.0.1/'],
    ['full-width digits', 'http://127.0.0.1/'],
    ['this host', 'http://0.0.0.0/'],
    ['this host in short', 'http://0/'],
    ['this network', 'http://0.1.2.3/'],
    ['private 10', 'http://10.0.0.1/'],
    ['private 172.16', 'http://172.16.0.1/'],
    ['private 172.31', 'http://172.31.255.255/'],
    ['private 192.168', 'http://192.168.1.1/'],
    ['carrier NAT', 'http://100.64.0.1/'],
    ['link-local', 'http://169.254.1.1/'],
    ['metadata of clouds', 'http://169.254.169.254/latest/meta-data/'],
    ['metadata in decimal', 'http://2852039166/'],
    ['multicast', 'http://224.0.0.1/'],
    ['broadcast', 'http://255.255.255.255/'],
    ['reserved', 'http://240.0.0.1/'],
    ['protocol assignments', 'http://192.0.0.8/'],
    ['documentation 1', 'http://192.0.2.1/'],
    ['documentation 2', 'http://198.51.100.1/'],
    ['documentation 3', 'http://203.0.113.1/'],
    ['benchmarking', 'http://198.18.0.1/'],
    ['6to4 relay', 'http://192.88.99.1/'],
    ['IPv6 loopback', 'http://[::1]/'],
    ['IPv6 loopback in full', 'http://[0:0:0:0:0:0:0:1]/'],
    ['IPv6 unspecified', 'http://[::]/'],
    ['IPv6 link-local', 'http://[fe80::1]/'],
    ['IPv6 unique local', 'http://[fd12:3456:789a::1]/'],
    ['IPv6 site-local', 'http://[fec0::1]/'],
    ['IPv6 multicast', 'http://[ff02::1]/'],
    ['IPv6 documentation', 'http://[2001:db8::1]/'],
    ['new IPv6 documentation', 'http://[3fff::1]/'],
    ['IPv6 discard', 'http://[100::1]/'],
    ['IPv4 loopback inside IPv6', 'http://[::ffff:127.0.0.1]/'],
    ['the same in hexadecimal', 'http://[::ffff:7f00:1]/'],
    ['private IPv4 inside IPv6', 'http://[::ffff:10.0.0.1]/'],
    ['metadata inside IPv6', 'http://[::ffff:a9fe:a9fe]/'],
    ['IPv4-compatible loopback', 'http://[::127.0.0.1]/'],
    ['IPv4-compatible public', 'http://[::8.8.8.8]/'],
    ['IPv4-translated', 'http://[::ffff:0:127.0.0.1]/'],
    ['NAT64 of loopback', 'http://[64:ff9b::127.0.0.1]/'],
    ['NAT64 of a private address', 'http://[64:ff9b::10.0.0.1]/'],
    ['local NAT64', 'http://[64:ff9b:1::10.0.0.1]/'],
    ['6to4 of a private address', 'http://[2002:0a00:0001::1]/'],
    ['6to4 of loopback', 'http://[2002:7f00:1::]/'],
    ['Teredo', 'http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/'],
    ['ORCHID', 'http://[2001:20::1]/'],
    ['segment routing', 'http://[5f00::1]/'],
    ['a part of IPv6 that nobody has', 'http://[4000::1]/'],
  ])('%s is refused: %s', (_name, url) => {
    expect(check(url)).toBe('address-refused');
  });

  test.each([
    ['http://127.0.0.1/', ['127.0.0.0/8'], 'ok'],
    ['http://[::ffff:127.0.0.1]/', ['127.0.0.0/8'], 'ok'],
    ['http://127.0.0.1/', ['::ffff:127.0.0.0/104'], 'ok'],
    ['http://10.1.2.3/', ['127.0.0.0/8', '10.0.0.0/8'], 'ok'],
    ['http://10.1.2.3/', ['10.1.2.3'], 'ok'],
    ['http://10.1.2.4/', ['10.1.2.3'], 'address-refused'],
    ['http://[::1]/', ['::1'], 'ok'],
    ['http://[fd00::5]/', ['fd00::/8'], 'ok'],
    ['http://[64:ff9b::808:808]/', ['64:ff9b::/96'], 'ok'],
    ['http://[::1]/', ['0.0.0.0/0'], 'address-refused'],
    ['http://127.0.0.1/', ['::/0'], 'address-refused'],
    ['http://127.0.0.1:22/', ['127.0.0.0/8'], 'address-refused'],
  ])('%s with %j allowed: %s', (url, cidrs, expected) => {
    expect(check(url, cidrs)).toBe(expected);
  });

  test.each([
    ['http://www.example.org:25/', 'address-refused'],
    ['http://www.example.org:6379/', 'ok'],
    ['http://www.example.org:6667/', 'address-refused'],
    ['https://www.example.org:0/', 'address-refused'],
    ['ftp://www.example.org/', 'bad-url'],
    ['file:///etc/passwd', 'bad-url'],
    ['data:text/xml,<rss/>', 'bad-url'],
    ['gopher://www.example.org/', 'bad-url'],
    ['javascript:alert(1)', 'bad-url'],
  ])('%s: %s', (url, expected) => {
    expect(check(url)).toBe(expected);
  });

  test.each([
    '',
    'rubbish',
    '10.0.0.0/33',
    '10/8',
    '10.0.0.1/',
    '::/129',
    'localhost',
    '10.0.0.0/-1',
    '1',
    'fe80::1%eth0',
  ])('"%s" is no range: bad-config, and says which', (cidr) => {
    expect(() => createAddressGuard(['127.0.0.0/8', cidr])).toThrow(AppError);
    expect(() => createAddressGuard(['127.0.0.0/8', cidr])).toThrow(`"${cidr}"`);
  });
});

describe('addresses of names', () => {
  const lookUp = (found: string[] | Error, { all = true, cidrs = [] as string[] } = {}) => {
    const guard = createAddressGuard(cidrs, async () => {
      if (found instanceof Error) throw found;
      return found.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }));
    });
    return new Promise<unknown>((resolve) => {
      guard.lookup('feed.example', { all }, (error, addresses) => resolve(error ?? addresses));
    });
  };

  test('public ones are handed over as they are', async () => {
    expect(await lookUp(['93.184.215.14', '2606:2800:21f:cb07::1'])).toEqual([
      { address: '93.184.215.14', family: 4 },
      { address: '2606:2800:21f:cb07::1', family: 6 },
    ]);
    expect(await lookUp(['93.184.215.14'], { all: false })).toBe('93.184.215.14');
  });

  test('of a mixed answer only the allowed ones are', async () => {
    const found = ['10.0.0.1', '::1', '93.184.215.14', '::ffff:127.0.0.1'];
    expect(await lookUp(found)).toEqual([{ address: '93.184.215.14', family: 4 }]);
    expect(await lookUp(found, { all: false })).toBe('93.184.215.14');
  });

  test.each([[['127.0.0.1']], [['10.0.0.1', '::1']], [['fe80::1%eth0']], [['::ffff:10.0.0.1']], [[]]])(
    '%j alone is refused in words',
    async (found) => {
      const refusal = (await lookUp(found)) as Error;
      expect(refusal).toMatchObject({ code: 'address-refused' });
      expect(refusal.message).toContain('feed.example');
      expect(refusal.message).toContain('ALLOW_ADDRESSES');
    },
  );

  test('ALLOW_ADDRESSES counts for names too', async () => {
    expect(await lookUp(['127.0.0.1', '10.0.0.1'], { cidrs: ['10.0.0.0/8'] })).toEqual([
      { address: '10.0.0.1', family: 4 },
    ]);
  });

  test('an error of the resolver is passed on', async () => {
    const error = Object.assign(new Error('no'), { code: 'ENOTFOUND' });
    expect(await lookUp(error)).toBe(error);
  });

  test('localhost is looked up by the system and refused', async () => {
    const guard = createAddressGuard([]);
    const refusal = await new Promise((resolve) =>
      guard.lookup('localhost', { all: true }, (error) => resolve(error)),
    );
    expect(refusal).toMatchObject({ code: 'address-refused' });
  });
});

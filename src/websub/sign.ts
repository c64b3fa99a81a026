import { createHmac, timingSafeEqual } from 'node:crypto';

/** The value of X-Hub-Signature for a body (WebSub §7.1): `sha256=` and the HMAC in hex. */
export function signBody(body: Uint8Array, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

const signature = /^(sha1|sha256|sha384|sha512)=([0-9a-f]+)$/i;

/** Whether a value of X-Hub-Signature, of any method that WebSub §7.1 names, is that of the body under the secret. */
export function isSigned(body: Uint8Array, secret: string, header: string): boolean {
  const [, method = '', hex = ''] = signature.exec(header.trim()) ?? [];
  if (method === '') return false;
  const expected = createHmac(method.toLowerCase(), secret).update(body).digest();
  const given = Buffer.from(hex, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

import type { Hono } from 'hono';
import { password } from '../../support/make-editor.ts';

/** A browser as far as cookies and forms go. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly app: Hono;
  readonly headers: Record<string, string>;

  constructor(app: Hono, headers: Record<string, string> = {}) {
    this.app = app;
    this.headers = headers;
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.send('GET', path, headers);
  }

  /** Sends a form; `csrf` is added by `post`, not here. */
  async submit(
    path: string,
    fields: Record<string, string | string[]>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) {
      for (const one of [value].flat()) body.append(name, one);
    }
    return this.send('POST', path, { 'sec-fetch-site': 'same-origin', ...headers }, body);
  }

  /** Sends a form as our pages have it: with the token of the session. */
  async post(path: string, fields: Record<string, string | string[]> = {}): Promise<Response> {
    return this.submit(path, { csrf: await this.findCsrf(), ...fields });
  }

  async signIn(login: string, typed = password): Promise<Response> {
    return this.submit('/desk/sign-in', { login, password: typed });
  }

  async findCsrf(): Promise<string> {
    const html = await (await this.get('/desk/account')).text();
    return /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
  }

  private async send(method: string, path: string, headers: Record<string, string>, body?: URLSearchParams) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await this.app.request(path, {
      method,
      body,
      headers: { accept: 'text/html', ...(cookie ? { cookie } : {}), ...this.headers, ...headers },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }
}

import { expect } from 'vitest';

/** A decision as programs are told of it. */
export interface ToldDecision {
  id: string;
  requestId: string;
  act: string;
  storyId: string;
  madeAt: string;
}

/** What a decision that was asked for came to. */
export interface ToldOutcome {
  kind: string;
  decision: ToldDecision;
}

export interface ToldRow {
  story: { id: string };
  headline: string;
}

/** An editor at a desk that runs in a process of its own: cookies, the token of the session, JSON. */
export class RemoteDesk {
  /** Where the desk is; a session outlives the server's address. */
  url: string;
  private readonly cookies = new Map<string, string>();
  private csrf = '';

  constructor(url: string) {
    this.url = url;
  }

  async signIn(login: string, password: string): Promise<void> {
    const response = await this.send('/desk/sign-in', {
      method: 'POST',
      body: new URLSearchParams({ login, password }),
    });
    expect(response.status, await response.text()).toBe(303);
    this.csrf = /name="csrf" value="([^"]+)"/.exec(await this.read('/desk/account'))?.[1] ?? '';
    expect(this.csrf).not.toBe('');
  }

  /** The text of an answer of 200. */
  async read(path: string): Promise<string> {
    const response = await this.send(path);
    const text = await response.text();
    expect(response.status, `${path}: ${text.slice(0, 500)}`).toBe(200);
    return text;
  }

  async listQueue(slug: string, show: string): Promise<ToldRow[]> {
    return JSON.parse(await this.read(`/api/desk/topics/${slug}/queue?show=${show}`)).rows;
  }

  async listHistory(): Promise<ToldDecision[]> {
    return JSON.parse(await this.read('/desk/history.json'));
  }

  /** The outcomes, once their last byte has come. */
  async decide(request: object): Promise<ToldOutcome[]> {
    const response = await this.send('/desk/decisions', {
      method: 'POST',
      body: JSON.stringify(request),
      headers: { 'content-type': 'application/json', 'x-csrf-token': this.csrf },
    });
    const text = await response.text();
    expect(response.status, text).toBe(200);
    return JSON.parse(text).outcomes;
  }

  private async send(path: string, init: RequestInit & { headers?: Record<string, string> } = {}) {
    const cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(this.url + path, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.timeout(10_000),
      headers: { accept: 'text/html', origin: this.url, cookie, ...init.headers },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.cookies.set(name, value);
    }
    return response;
  }
}

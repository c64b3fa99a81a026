import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Db } from '../../db/connect.ts';
import { createApp } from '../../src/http/app.tsx';
import type { AppDeps } from '../../src/http/deps.ts';
import type { Publication, PublicationFormat } from '../../src/model/outgoing.ts';
import { now } from './seed.ts';

export interface LogLine {
  level: 'info' | 'warn' | 'error';
  fields: object;
  message: string;
}

/** The app as the tests use it, with the lines that it logged. */
export function createTestApp(db: Db, more: Partial<AppDeps> = {}) {
  const lines: LogLine[] = [];
  const write = (level: LogLine['level']) => (fields: object, message: string) => {
    lines.push({ level, fields, message });
  };
  const app = createApp({
    db,
    findPublication: async () => undefined,
    siteName: 'The Daily Wire Room',
    publicUrl: 'https://news.example.org',
    now: () => now,
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    version: '0.1.0',
    ...deskless(),
    ...more,
  });
  return { app, lines };
}

/** What the desk needs, for those who only serve readers. */
export function deskless(): Pick<AppDeps, 'publishSoon' | 'desk'> {
  return {
    publishSoon: () => undefined,
    desk: { subscribe: () => () => undefined },
  };
}

export function toPublication(format: PublicationFormat, text: string, lastModifiedAt = now): Publication {
  const body = Buffer.from(text);
  return {
    topicId: '1',
    format,
    body,
    gzip: gzipSync(body),
    brotli: brotliCompressSync(body),
    etag: '"abc"',
    lastModifiedAt,
  };
}

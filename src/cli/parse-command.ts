import { constants, gunzipSync } from 'node:zlib';
import type { Command } from 'commander';
import { parseConfig } from '../config.ts';
import { identifyEntries } from '../dedupe/identify.ts';
import { AppError } from '../errors.ts';
import { parseFeed } from '../feed/parse.ts';
import { createFetcher } from '../fetch/fetch-source.ts';
import { toUserAgent } from '../main.ts';
import type { IdentifiedEntry } from '../model/entry.ts';
import type { FeedFormat, IncomingFeed } from '../model/incoming.ts';
import { loadLanguageDetector } from '../normalise/language.ts';
import { normaliseFeed } from '../normalise/normalise-feed.ts';
import { readInput } from './input.ts';
import { count, type Output } from './output.ts';

interface ParseOptions {
  contentType?: string;
  contentLocation?: string;
  contentLanguage?: string;
  url?: string;
  json?: boolean;
}

/** `parse FILE|URL…`: what we read from a document; needs no database. */
export function addParseCommand(program: Command, out: Output): void {
  program
    .command('parse')
    .description('show what is read from a document, before (incoming) and after (entries) it is made clean')
    .argument('<document...>', 'files, - for standard input, or addresses')
    .option('--content-type <type>', 'the Content-Type header that it came with')
    .option('--content-location <url>', 'the Content-Location header that it came with')
    .option('--content-language <tag>', 'the Content-Language header that it came with')
    .option('--url <base>', 'the address that it came from')
    .option('--json', 'print JSON, one line a document')
    .action((documents: string[], options: ParseOptions) => parseDocuments(out, documents, options));
}

interface Parsed {
  file: string;
  format?: FeedFormat;
  error?: { code: string; message: string };
  incoming?: IncomingFeed;
  entries?: IdentifiedEntry[];
}

async function parseDocuments(out: Output, documents: string[], options: ParseOptions): Promise<void> {
  for (const file of documents) {
    const parsed = await parseDocument(file, options);
    if (options.json) out.print(JSON.stringify(parsed));
    else printParsed(out, parsed);
    if (parsed.error) process.exitCode = 1;
  }
}

async function parseDocument(file: string, options: ParseOptions): Promise<Parsed> {
  try {
    const document: Document = /^https?:\/\//i.test(file)
      ? await fetchDocument(file)
      : { body: unzip(readInput(file)) };
    const context = {
      url: options.url ?? document.url,
      contentType: options.contentType ?? document.contentType,
      contentLocation: options.contentLocation ?? document.contentLocation,
      contentLanguage: options.contentLanguage ?? document.contentLanguage,
    };
    const result = await parseFeed(document.body, context);
    if (!result.ok) return { file, error: { code: result.code, message: result.message } };
    await loadLanguageDetector();
    const { entries } = normaliseFeed(result.feed, {
      documentUrl: context.url,
      now: new Date(),
      onItemError: (error, index) =>
        result.feed.warnings.push(`Item ${index} was left out by a fault of ours: ${error}.`),
    });
    return { file, format: result.feed.format, incoming: result.feed, entries: identifyEntries(entries) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { file, error: { code: error.code, message: error.message } };
  }
}

interface Document {
  body: Uint8Array;
  url?: string;
  contentType?: string;
  contentLocation?: string;
  contentLanguage?: string;
}

async function fetchDocument(url: string): Promise<Document> {
  const config = parseConfig(process.env);
  const fetcher = createFetcher({ userAgent: toUserAgent(config), allowAddresses: config.ALLOW_ADDRESSES });
  try {
    const result = await fetcher.fetch({ url });
    if (result.outcome === 'fetched') return { ...result, url: result.finalUrl };
    throw new AppError(
      'bad-feed',
      result.outcome === 'failed' ? result.message : `${url} answered: ${result.outcome}.`,
    );
  } finally {
    await fetcher.close();
  }
}

const mostBytes = 16 * 1024 * 1024;

/** A file may be gzip as it lay on a server. */
function unzip(bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes, finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return bytes;
  }
}

function printParsed(out: Output, { file, error, incoming, entries = [] }: Parsed): void {
  if (!incoming) {
    out.print(`${file}: ${error?.message}`);
    return;
  }
  out.print(
    `${file}: ${incoming.format} ${incoming.version ?? ''} "${incoming.title?.value ?? ''}", ${count(entries.length, 'entry', 'entries')}`,
  );
  for (const warning of incoming.warnings) out.print(`  ! ${warning}`);
  for (const entry of entries) {
    out.print(
      `  ${entry.publishedAt?.toISOString() ?? 'no date'.padEnd(24)}  ${entry.title}\n${' '.repeat(28)}${entry.url ?? 'no address'}`,
    );
  }
}

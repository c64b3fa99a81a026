import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFeed } from '../../src/feed/parse.ts';

const folder = join(import.meta.dirname, '../fixtures/feed');
const documents = readdirSync(folder).filter((name) => /\.(xml|json\.txt)$/.test(name));

describe('fixture pairs: a document, and what we read from it', () => {
  it.each(documents)('%s', async (name) => {
    const result = await parseFeed(readFileSync(join(folder, name)), {
      url: 'https://served.example/path/feed',
    });
    const pair = join(folder, name.replace(/\.(xml|json\.txt)$/, '.read.json'));
    // UPDATE_FIXTURES=1 writes them anew; read the difference before you keep it.
    if (process.env.UPDATE_FIXTURES) writeFileSync(pair, `${JSON.stringify(result, null, 2)}\n`);
    expect(result).toEqual(JSON.parse(readFileSync(pair, 'utf8')));
  });
});

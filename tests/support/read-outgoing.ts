import { readFileSync } from 'node:fs';
import type { OutgoingFeed } from '../../src/model/outgoing.ts';

/** The feed of tests/fixtures/outgoing/NAME.json; beside it lies what we send for it in each format. */
export function readOutgoing(name: string): OutgoingFeed {
  const file = new URL(`../fixtures/outgoing/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'), (key, value) =>
    key.endsWith('At') ? new Date(value) : value,
  );
}

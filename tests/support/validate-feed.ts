import type { PublicationFormat } from '../../src/model/outgoing.ts';
import type { Complaint } from './feed-rules.ts';
import { validateAtom } from './validate-atom.ts';
import { validateJsonFeed } from './validate-json-feed.ts';
import { validateRss } from './validate-rss.ts';

const validators: Record<PublicationFormat, (document: string) => Complaint[]> = {
  rss: validateRss,
  atom: validateAtom,
  json: validateJsonFeed,
};

/** What is wrong with a document of ours, by specification and profile; empty when nothing is. */
export function validateFeed(format: PublicationFormat, document: string): Complaint[] {
  return validators[format](document);
}

import type { Db } from '../../db/connect.ts';
import { listLeadFacts, setLeads } from '../../db/story-leads.ts';
import { chooseLead } from '../dedupe/choose-lead.ts';

/** Gives stories whose entries changed the lead that stands for them; returns those that got another one. */
export async function settleLeads(tx: Db, storyIds: string[]): Promise<string[]> {
  const leads = new Map<string, string>();
  for (const [storyId, { leadEntryId, candidates }] of await listLeadFacts(tx, storyIds)) {
    const chosen = chooseLead(candidates, leadEntryId);
    if (chosen && chosen !== leadEntryId) leads.set(storyId, chosen);
  }
  await setLeads(tx, leads);
  return [...leads.keys()];
}

/** Where stories are after others took them up: an id → the id of the story that stands. */
export function followMerges(merged: { from: string; into: string }[]): (storyId: string) => string {
  const next = new Map(merged.map(({ from, into }) => [from, into]));
  return (storyId) => {
    let id = storyId;
    for (let into = next.get(id); into !== undefined; into = next.get(id)) id = into;
    return id;
  };
}

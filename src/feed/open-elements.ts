import type { RawTag } from './read-tags.ts';
import type { WireKind } from './wire-names.ts';
import type { WireScope } from './wire-scope.ts';

export type FrameKind = 'root' | 'feed' | 'item' | 'markup' | 'skipped' | WireKind;

/** An element that is open. */
export interface Frame {
  kind: FrameKind;
  /** As written, in lower case: what an end tag is matched with. */
  raw: string;
  /** Canonical name; the local name for markup. */
  name: string;
  scope: WireScope;
  /** Characters of a `parent` element. */
  characters: string;
}

/** The elements that are open, outermost first. Where an element stands is said by how many are open around it. */
export class OpenElements {
  private readonly frames: Frame[] = [];
  /** How often each name is open, so that end tags of nothing cost nothing. */
  private readonly counts = new Map<string, number>();

  get depth(): number {
    return this.frames.length;
  }

  get top(): Frame | undefined {
    return this.frames.at(-1);
  }

  push(kind: FrameKind, tag: RawTag, name: string, scope: WireScope): Frame {
    const frame = { kind, raw: tag.name, name, scope, characters: '' };
    this.frames.push(frame);
    this.counts.set(tag.name, (this.counts.get(tag.name) ?? 0) + 1);
    return frame;
  }

  pop(): Frame | undefined {
    const frame = this.frames.pop();
    if (!frame) return undefined;
    const left = (this.counts.get(frame.raw) ?? 1) - 1;
    if (left > 0) this.counts.set(frame.raw, left);
    else this.counts.delete(frame.raw);
    return frame;
  }

  /** Where the innermost element of this written name stands; undefined when none is open. */
  findNamed(raw: string): number | undefined {
    return this.counts.has(raw) ? this.frames.findLastIndex((frame) => frame.raw === raw) : undefined;
  }

  /** Where the item stands; undefined when none is open. */
  findItem(): number | undefined {
    const index = this.frames.findIndex((frame) => frame.kind === 'item');
    return index < 0 ? undefined : index;
  }
}

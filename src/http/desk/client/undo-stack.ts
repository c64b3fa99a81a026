/** One act of this editor that can be taken back: on one story or on a range. */
export interface Undoable {
  /** What was done, as the line below the list says it: "Published “…”". */
  said: string;
  parts: UndoablePart[];
}

export interface UndoablePart {
  requestId: string;
  topic: string;
  storyId: string;
  headline: string;
  /** As soon as it is known. */
  decisionId?: string;
}

const depth = 100;

/** The acts that `u` takes back, the last one first. */
export interface UndoStack {
  push(done: Undoable): void;
  /** The last act, which is not there any more then. */
  pop(): Undoable | undefined;
  /** What a request came to: its decision, or undefined when there is none to take back. */
  settle(requestId: string, decisionId: string | undefined): void;
}

/** `read` and `write` keep the stack over a reload. */
export function createUndoStack(read: () => string | null, write: (text: string) => void): UndoStack {
  let stack = parseStack(read());
  const change = (next: Undoable[]): void => {
    stack = next.slice(-depth);
    write(JSON.stringify(stack));
  };
  return {
    push: (done) => change([...stack, done]),
    pop() {
      const last = stack.at(-1);
      if (last) change(stack.slice(0, -1));
      return last;
    },
    settle(requestId, decisionId) {
      const settled = stack.map((done) => ({
        ...done,
        parts: done.parts.flatMap((part) => {
          if (part.requestId !== requestId) return [part];
          return decisionId === undefined ? [] : [{ ...part, decisionId }];
        }),
      }));
      change(settled.filter(({ parts }) => parts.length > 0));
    },
  };
}

function parseStack(text: string | null): Undoable[] {
  try {
    const parsed = JSON.parse(text ?? '[]');
    return Array.isArray(parsed) ? parsed.filter(({ parts }) => Array.isArray(parts)) : [];
  } catch {
    return [];
  }
}

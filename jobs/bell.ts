/** Wakes whoever waits in this process. */
export interface Bell {
  ring(): void;
  /** Resolves at the next ring, or at once when it has rung since the last that was heard. */
  rung(): Promise<void>;
}

/** A bell for one that waits at a time; a ring that nobody waits for is kept. */
export function createBell(): Bell {
  let isKept = false;
  let waiting: { promise: Promise<void>; wake(): void } | undefined;
  return {
    ring() {
      if (waiting) waiting.wake();
      else isKept = true;
      waiting = undefined;
    },
    rung() {
      if (isKept) {
        isKept = false;
        return Promise.resolve();
      }
      if (!waiting) {
        let wake = () => {};
        const promise = new Promise<void>((resolve) => {
          wake = resolve;
        });
        waiting = { promise, wake };
      }
      return waiting.promise;
    },
  };
}

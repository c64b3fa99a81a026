/** A stream of server-sent events (HTML Standard §9.2) to one client. */
export interface EventStream {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Sends an event; false when it was not sent, for so much waits for the client that no more is kept, or it has gone. */
  send(name: string, data: object, id: string): boolean;
  /** Sends a line that clients take no notice of. */
  sendComment(text: string): void;
  /** Ends it; what waits still goes out. */
  end(): void;
  /** Does the work when it has ended, whoever ended it; at once when it has ended already. */
  onEnd(work: () => void): void;
}

/** Events that wait for a client at most. */
const mostQueued = 64;

/** Opens a stream; `onRoom` is called when one more event can be sent. */
export function openEventStream(retryMs: number, onRoom: () => void): EventStream {
  const encoder = new TextEncoder();
  const works: (() => void)[] = [];
  let open: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start(controller) {
        open = controller;
        controller.enqueue(encoder.encode(`retry: ${retryMs}\n\n`));
      },
      pull: onRoom,
      cancel: leave,
    },
    { highWaterMark: mostQueued },
  );
  function leave() {
    open = undefined;
    for (const work of works.splice(0)) work();
  }
  const write = (text: string): boolean => {
    if (!open || (open.desiredSize ?? 0) <= 0) return false;
    open.enqueue(encoder.encode(text));
    return true;
  };
  return {
    body,
    send: (name, data, id) => write(`event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`),
    sendComment: (text) => void write(`: ${text}\n\n`),
    end() {
      open?.close();
      leave();
    },
    onEnd(work) {
      if (open) works.push(work);
      else work();
    },
  };
}

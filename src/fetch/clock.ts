import { FetchFailure, toStoppedMessage } from './failure.ts';

/** Why we ended a fetch ourselves: its time was up, or (`isStopped`) the caller wanted it no more. */
export class Ended extends Error {
  readonly isStopped: boolean;
  readonly #totalMs: number;

  constructor(isStopped: boolean, totalMs: number) {
    super(isStopped ? 'stopped' : 'out of time');
    this.isStopped = isStopped;
    this.#totalMs = totalMs;
  }

  toFailure(host: string): FetchFailure {
    if (this.isStopped) return new FetchFailure('stopped', toStoppedMessage(host));
    const seconds = Math.round(this.#totalMs / 100) / 10;
    return new FetchFailure(
      'timeout',
      `${host} did not answer in full within ${seconds} s; it will be tried again.`,
    );
  }
}

/** A signal that fires with an Ended when time is up or the caller's own signal fires; `stop` lets go of both. */
export function startClock(
  totalMs: number,
  outer: AbortSignal | undefined,
): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const onOuter = () => controller.abort(new Ended(true, totalMs));
  const timer = setTimeout(() => controller.abort(new Ended(false, totalMs)), totalMs);
  if (outer?.aborted) onOuter();
  else outer?.addEventListener('abort', onOuter);
  const stop = () => {
    clearTimeout(timer);
    outer?.removeEventListener('abort', onOuter);
  };
  return { signal: controller.signal, stop };
}

import { toAge, toFullTime } from '../../pages/words.ts';

/** A moment of the past as people say it, in full on hover. */
export function Moment({ at, now }: { at: Date; now: Date }) {
  return (
    <time datetime={at.toISOString()} title={toFullTime(at)}>
      {toAge(at, now)}
    </time>
  );
}

/** A day to come: "24 December 2026". */
export function Day({ at }: { at: Date }) {
  return (
    <time datetime={at.toISOString()} title={toFullTime(at)}>
      {toFullTime(at).replace(/^\S+ /, '').replace(/,.*$/, '')}
    </time>
  );
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
const shortFormat = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });
const clockFormat = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const fullFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short' });

/** A moment that has passed, as people say it. */
export function toAge(at: Date, now: Date): string {
  const ms = now.getTime() - at.getTime();
  if (ms < minuteMs) return 'just now';
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min ago`;
  if (ms < dayMs) return `${Math.floor(ms / hourMs)} h ago`;
  if (ms < 2 * dayMs) return '1 day ago';
  return ms < 7 * dayMs ? `${Math.floor(ms / dayMs)} days ago` : dayFormat.format(at);
}

/** A moment to come: "18:00", "Wed 25 Nov, 07:00". */
export function toAhead(at: Date, now: Date): string {
  const clock = clockFormat.format(at);
  if (at.toDateString() === now.toDateString()) return clock;
  return `${shortFormat.format(at)}, ${clock}`;
}

export function toFull(at: Date): string {
  return fullFormat.format(at);
}

/** Says all times of the page as they are now, in this reader's own time. */
export function refreshTimes(root: ParentNode = document): void {
  const now = new Date();
  for (const time of root.querySelectorAll('time')) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime()) || time.dateTime.length < 11) continue;
    time.title = toFull(at);
    const words = time.classList.contains('ahead') ? toAhead(at, now) : toAge(at, now);
    const place = time.querySelector('bdi') ?? time;
    if (place.textContent !== words) place.textContent = words;
  }
}

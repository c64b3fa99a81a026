/** What the server has written into the page for the script. */
const { body } = document;
const main = document.querySelector<HTMLElement>('main[data-topic]');

export const page = {
  base: body.dataset.base ?? '',
  editorId: body.dataset.editorId ?? '',
  topic: main?.dataset.topic ?? '',
  topicId: main?.dataset.topicId ?? '',
  topicName: main?.dataset.topicName ?? '',
  show: main?.dataset.show ?? 'candidate',
  mayDecide: main?.dataset.mayDecide === 'yes',
  isQueue: main !== null,
};

export function getCsrf(): string {
  return body.dataset.csrf ?? '';
}

/** Another session has another token. */
export function setCsrf(csrf: string): void {
  body.dataset.csrf = csrf;
  body.setAttribute('hx-headers', JSON.stringify({ 'X-Csrf-Token': csrf }));
}

/** The element with this id, which the server's page has. */
export function get<E extends HTMLElement = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as E;
}

export function toTopicUrl(topic = page.topic): string {
  return `${page.base}/desk/topics/${encodeURIComponent(topic)}`;
}

/** Places in an order: on a page without a layout for both panes the preview lies over the list. */
export function isNarrow(): boolean {
  return matchMedia('(max-width: 699.98px)').matches;
}

/** A version 4 UUID, also where the page is not a secure context and has no randomUUID. */
export function createUuid(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte, index) => {
    const fixed = index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte;
    return fixed.toString(16).padStart(2, '0');
  }).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

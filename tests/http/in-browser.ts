// Expressions that are evaluated inside of a page. They are text, for the program's own types know no document.

/** What reaches past the window's edge, but for what is in a table, which scrolls by itself. */
export const findWide = `(() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const wide = [...document.querySelectorAll('body *')].filter(
    (element) => element.getBoundingClientRect().right > root.clientWidth + 0.5 && !element.closest('table'),
  );
  return [root.scrollWidth + ' px', ...wide.map((element) => element.tagName + '.' + element.className)];
})()`;

/**
 * Links and buttons smaller than 44 px. A headline's link covers its whole block; links inside of sentences are
 * exempt (WCAG 2.5.5); the skip link is only there for keyboards.
 */
export const findSmallTargets = `[...document.querySelectorAll('a, button')]
  .filter((element) => element.checkVisibility() && !element.closest('.story-body, .skip, .empty p'))
  .map((element) => ({ element, box: (element.closest('.teaser') ?? element).getBoundingClientRect() }))
  .filter(({ box }) => box.height < 43.5)
  .map(({ element, box }) => element.textContent + ' ' + box.height)`;

/** What axe-core, which must be there already, has against the page. */
export const findViolations = `axe.run().then(({ violations }) =>
  violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html }) => html.slice(0, 200)) })))`;

/** The text of what has the focus, whether a ring is around it, and whether it is inside of the window. */
export const describeFocus = `(() => {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(element.closest('.teaser') ?? element);
  return {
    text: element.innerText.trim(),
    hasRing: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
    isVisible: element.getBoundingClientRect().top >= 0,
  };
})()`;

/** Waits, three seconds at most, until the images that were scrolled to are there. */
export const settleImages = `(async () => {
  const pending = () => [...document.images].some((image) => !image.complete && image.loading !== 'lazy');
  for (let waits = 0; waits < 60 && pending(); waits += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  scrollTo(0, 0);
})()`;

export const listTransitions = `[
  ...new Set([...document.querySelectorAll('*')].flatMap((element) => {
    const { transitionDuration, animationName } = getComputedStyle(element);
    return [transitionDuration, animationName];
  })),
]`;

/**
 * The one script of the readers' pages, and no page needs it: it shows the buttons that copy an address where the
 * browser can copy, takes away the frames of images that did not come, and lets the keyboard scroll wide tables. Kept as text, for it never runs here.
 */
export const readerScript = `'use strict';
const drop = (image) => {
  const teaser = image.closest('.teaser');
  image.closest('figure, .frame')?.remove();
  teaser?.classList.add('no-image');
};
for (const image of document.querySelectorAll('.frame img, .story-image img')) {
  if (image.complete && image.naturalWidth === 0) drop(image);
  else image.addEventListener('error', () => drop(image));
}
for (const table of document.querySelectorAll('.story-body table')) {
  if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
}
if (navigator.clipboard) {
  for (const button of document.querySelectorAll('button[data-copy]')) {
    const words = button.textContent;
    const status = button.parentElement.querySelector('[role=status]');
    button.hidden = false;
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        button.textContent = 'Copied';
        status.textContent = 'The address is copied: ' + button.dataset.copy;
      } catch {
        status.textContent = 'The browser did not allow copying. The address: ' + button.dataset.copy;
      }
      setTimeout(() => { button.textContent = words; }, 2000);
    });
  }
}
`;

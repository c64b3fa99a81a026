/** Characters of a body's HTML that are read: some 120 words and their markup. */
const htmlRead = 4_000;

/** The words of the beginning of a body; sanitised HTML has no `<` or `>` but those of tags, and four entities. */
export function toLeadText(html: string): string {
  const start = html.slice(0, htmlRead);
  const tagAt = start.lastIndexOf('<');
  const isCut = tagAt > start.lastIndexOf('>');
  return (isCut ? start.slice(0, tagAt) : start)
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(?:amp|lt|gt|quot);/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

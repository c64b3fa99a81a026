import { parseUrl } from '../model/parse-url.ts';

/** Attributes that hold one address, in any element that HTML ever gave them to. */
const addressAttribute =
  /([\s"'/](?:href|src|cite|longdesc|usemap|action|background|classid|codebase|data|poster|profile)\s{0,20}=\s{0,20})(?:"([^"<>]{0,4096})"|'([^'<>]{0,4096})'|([^\s"'<>`]{1,4096}))/gi;
const tag = /<[a-z][^<>]{1,20000}>/gi;

/**
 * HTML with the relative addresses in its tags made absolute, everything else character by character as it was: for
 * showing what a document says. It cleans nothing and its result is not safe to show; sanitiseHtml resolves by itself.
 * Addresses that can't be resolved stay as they are.
 */
export function resolveLinks(html: string, baseUrl: string): string {
  if (!parseUrl(baseUrl)) return html;
  return html.replace(tag, (whole) =>
    whole.replace(
      addressAttribute,
      (found, name: string, double?: string, single?: string, bare?: string) => {
        const raw = double ?? single ?? bare ?? '';
        // The base may be of any scheme; the whole address of a mail or a script is none of our business.
        const url = parseUrl(raw, baseUrl);
        if (!url || /^[a-z][a-z0-9+.-]*:/i.test(raw)) return found;
        const quote = single === undefined ? '"' : "'";
        return `${name}${quote}${url.href.replaceAll(quote, quote === '"' ? '&quot;' : '&#39;')}${quote}`;
      },
    ),
  );
}

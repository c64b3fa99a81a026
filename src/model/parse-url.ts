/**
 * An address by the WHATWG URL standard, or undefined when it is none. Instead of URL.canParse, which in Node 20 and 22
 * says no to some addresses with letters beyond ASCII once it has been called a few thousand times.
 */
export function parseUrl(text: string, base?: string | URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
